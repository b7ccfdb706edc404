"use strict";
// Drives jambonz's own authentication modules, as its SBC processes do, with phones that answer their challenges.
//
// In: one JSON object a line. sbc ("register", "invite" or "legacy"), hook (url, method, username, password), secret,
// sip (method, domain, username, realm, password, expires, headers, source_address).
// Out: one JSON object a line. status (the SIP status sent, or 200 when the SBC went on), headers, grant, alerts, error.

process.env.JWT_SECRET = "not used: no client is looked up in a database";
const crypto = require("crypto");
const readline = require("readline");
const current = {register: require("digest-utils-register"), invite: require("@jambonz/digest-utils")};
const legacy = require("@jambonz/http-authenticator");

const quiet = {info() {}, error() {}, debug() {}};
const md5 = (...parts) => crypto.createHash("md5").update(parts.join(":")).digest("hex");

/** The Authorization header of a phone that knows its password (RFC 7616, MD5, qop=auth). */
function authorization(challenge, {method, domain, username, password, realm}) {
  const nonce = /nonce="([^"]+)"/.exec(challenge)[1];
  const challenged = realm || /realm="([^"]+)"/.exec(challenge)[1];
  const uri = `sip:${domain}`, nc = "00000001", cnonce = crypto.randomBytes(4).toString("hex");
  const response = md5(md5(username, challenged, password), nonce, nc, cnonce, "auth", md5(method, uri));
  return `Digest username="${username}", realm="${challenged}", nonce="${nonce}", uri="${uri}", response="${response}"`
    + `, algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=${nc}`;
}

/** What drachtio hands to a middleware. */
function sipRequest({hook, secret, sip}, alerts, extra) {
  const headers = {
    via: "SIP/2.0/UDP 203.0.113.7:5060;branch=z9hG4bK1", from: `<sip:${sip.username}@${sip.domain}>;tag=1`,
    to: `<sip:${sip.to || sip.username}@${sip.domain}>`, "call-id": "1", cseq: `2 ${sip.method}`,
    contact: `<sip:${sip.username}@203.0.113.7:5060>`, "user-agent": "jambonz test phone", "content-length": "0",
    ...(sip.headers || {}), ...extra,
  };
  const find = (name) => headers[name.toLowerCase()];
  return {
    method: sip.method, uri: `sip:${sip.domain}`, headers, source_address: sip.source_address || "203.0.113.7",
    source_port: 5060, has: (name) => find(name) !== undefined, get: find,
    registration: sip.method === "REGISTER" ? {expires: sip.expires} : undefined,
    locals: {
      logger: quiet, account_sid: "9351f46a-678c-43f5-b8a6-d4eb58d131af", webhook_secret: secret, realm: sip.domain,
      registration_hook_url: hook.url, registration_hook_method: hook.method || "POST",
      registration_hook_username: hook.username, registration_hook_password: hook.password,
    },
    srf: {locals: {
      stats: {histogram() {}}, dbHelpers: {},
      AlertType: {WEBHOOK_STATUS_FAILURE: "webhook-failure", WEBHOOK_CONNECTION_FAILURE: "webhook-connection-failure"},
      writeAlerts: async(alert) => alerts.push(alert.alert_type),
    }},
  };
}

/** One pass through the middleware: what it sent, or 200 with the grant when it went on. */
function pass(middleware, request) {
  return new Promise((resolve) => {
    const response = {send: (status, options) => resolve({status, headers: (options || {}).headers || {}})};
    const next = (error) => resolve(error ? {status: 500, headers: {}, error: String(error)}
      : {status: 200, headers: {}, grant: request.authorization.grant});
    Promise.resolve(middleware(request, response, next)).catch(next);
  });
}

async function run(scenario) {
  const alerts = [], {hook} = scenario;
  const middleware = scenario.sbc === "legacy"
    ? legacy(async() => ({url: hook.url, method: hook.method || "POST", username: hook.username, password: hook.password}))
    : current[scenario.sbc];
  const challenged = await pass(middleware, sipRequest(scenario, alerts, {}));
  const answer = authorization(challenged.headers["WWW-Authenticate"], scenario.sip);
  return {...await pass(middleware, sipRequest(scenario, alerts, {authorization: answer})), alerts};
}

readline.createInterface({input: process.stdin}).on("line", (line) => {
  run(JSON.parse(line)).then((result) => console.log(JSON.stringify(result)), (error) => {
    console.log(JSON.stringify({error: String(error && error.stack)}));
  });
});
