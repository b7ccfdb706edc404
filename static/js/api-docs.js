// Starts Swagger UI in #api-docs with the document at its data-schema.
(() => {
  "use strict";
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
