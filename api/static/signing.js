// Passkeys: the only thing on a signer's page that needs a script; where there is none, codes do the same.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

async function registered(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return { made, response: { attestationObject: toText(made.response.attestationObject) } };
}

async function proven(options) {
  const publicKey = { ...options, challenge: toBytes(options.challenge), allowCredentials: named(options.allowCredentials) };
  const made = await navigator.credentials.get({ publicKey });
  const { authenticatorData, signature, userHandle } = made.response;
  return {
    made,
    response: {
      authenticatorData: toText(authenticatorData),
      signature: toText(signature),
      ...(userHandle ? { userHandle: toText(userHandle) } : {}),
    },
  };
}

async function answer(box) {
  const asked = await fetch(box.dataset.options, { headers: { Accept: "application/json" } });
  if (!asked.ok) throw new Error(`options ${asked.status}`);
  const options = await asked.json();
  const { made, response } = await (box.dataset.passkey === "register" ? registered(options) : proven(options));
  return {
    id: made.id,
    rawId: toText(made.rawId),
    type: made.type,
    clientExtensionResults: {},
    response: { ...response, clientDataJSON: toText(made.response.clientDataJSON) },
  };
}

for (const box of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  box.hidden = false;
  const form = box.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    answer(box)
      .then((given) => {
        form.elements.response.value = JSON.stringify(given);
        form.submit();
      })
      .catch((error) => {
        button.disabled = false;
        console.info("no passkey:", error.name);
      });
  });
}
document.getElementById("error")?.focus();
