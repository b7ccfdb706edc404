// Starts Swagger UI in #api-docs with the document at its data-schema, in the colours that were chosen or the system's.
(() => {
  "use strict";
  const page = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const colour = () => page.classList.toggle("dark-mode", page.dataset.theme ? page.dataset.theme === "dark" : system.matches);
  system.addEventListener("change", colour);
  colour();
  const place = document.getElementById("api-docs");
  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    tryItOutEnabled: true,
    validatorUrl: null, // it would ask a server on the internet
  });
})();
