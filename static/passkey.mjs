// Passkeys: asks the browser for one and sends its answer with the form (WebAuthn Level 2).

const isAddress = /^[\d.]+$|:/.test(location.hostname);
const canUse = Boolean(window.PublicKeyCredential) && window.isSecureContext && !isAddress;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));

function wish(options) {
  const user = options.user && { ...options.user, id: bytes(options.user.id) };
  return {
    ...options,
    ...(user && { user, excludeCredentials: named(options.excludeCredentials) }),
    ...(!user && { allowCredentials: named(options.allowCredentials) }),
    challenge: bytes(options.challenge),
  };
}

function answer(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = text(given.attestationObject);
    response.transports = given.getTransports ? given.getTransports() : [];
  } else {
    response.authenticatorData = text(given.authenticatorData);
    response.signature = text(given.signature);
    response.userHandle = given.userHandle ? text(given.userHandle) : null;
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function ask(form) {
  const [asking, failed] = ["ask", "failed"].map((state) => form.querySelector(`[data-state=${state}]`));
  asking.hidden = false;
  failed.hidden = true;
  try {
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: wish(JSON.parse(form.dataset.options)) });
    form.elements.credential.value = answer(credential);
    form.submit();
  } catch {
    asking.hidden = true;
    failed.hidden = false;
  }
}

for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = !canUse;
for (const part of document.querySelectorAll("[data-without-passkeys]")) part.hidden = canUse;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.querySelector("button").addEventListener("click", () => ask(form));
  ask(form);
}
