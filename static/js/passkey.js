// Passkeys need script: a form that uses one shows itself where the browser can, and sends what the passkey signed.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

async function make(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  const publicKey = {
    ...options, user, challenge: bytes(options.challenge), excludeCredentials: keys(options.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey });
}

async function use(options) {
  const publicKey = {
    ...options, challenge: bytes(options.challenge), allowCredentials: keys(options.allowCredentials),
  };
  return navigator.credentials.get({ publicKey });
}

function asJson({ id, rawId, type, response }) {
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const parts = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(parts), clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-problem]");
  // At a bare address the server has no options.
  const isPossible = window.isSecureContext && window.PublicKeyCredential && form.dataset.options;
  if (isPossible) {
    form.hidden = false;
  } else if (form.dataset.passkey === "make") {
    problem.textContent = problem.dataset.cannot;
    problem.hidden = false;
  }
  form.addEventListener("submit", async (event) => {
    // Without a name the server says what is missing, and no passkey is made.
    if (!isPossible || form.elements.namedItem("name")?.value.trim() === "") return;
    event.preventDefault();
    problem.hidden = true;
    try {
      const options = JSON.parse(form.dataset.options);
      form.elements.signed.value = asJson(await (form.dataset.passkey === "make" ? make : use)(options));
      form.submit();
    } catch (error) {
      problem.textContent = error.name === "InvalidStateError" ? problem.dataset.has : problem.dataset.failed;
      problem.hidden = false;
    }
  });
}
