// Passkeys: forms marked data-passkey="get" or "create" are shown where the browser can, ask the server for a question,
// let the device answer it, and are sent with the answer. Without this script the codes of the app do the same.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list = []) => list.map((item) => ({ ...item, id: bytes(item.id) }));

async function questionOf(form) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const answer = await fetch(form.dataset.question, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function used(question) {
  const publicKey = { ...question, challenge: bytes(question.challenge), allowCredentials: named(question.allowCredentials) };
  const made = await navigator.credentials.get({ publicKey });
  const { authenticatorData, clientDataJSON, signature, userHandle } = made.response;
  return sent(made, {
    authenticatorData: words(authenticatorData), clientDataJSON: words(clientDataJSON), signature: words(signature),
    userHandle: userHandle ? words(userHandle) : null,
  });
}

async function created(question) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...question, challenge: bytes(question.challenge), user: { ...question.user, id: bytes(question.user.id) },
      excludeCredentials: named(question.excludeCredentials),
    },
  });
  const { attestationObject, clientDataJSON } = made.response;
  return sent(made, {
    attestationObject: words(attestationObject), clientDataJSON: words(clientDataJSON),
    transports: made.response.getTransports?.() ?? [],
  });
}

function sent(made, response) {
  return JSON.stringify({
    id: made.id, rawId: words(made.rawId), type: made.type, response,
    clientExtensionResults: made.getClientExtensionResults(),
  });
}

function tell(form, text) {
  const line = form.querySelector("[data-passkey-failed]");
  line.hidden = !text;
  line.textContent = text;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!globalThis.PublicKeyCredential) continue;
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkeys]")) other.hidden = true;
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    tell(form, "");
    try {
      const question = await questionOf(form);
      form.elements.credential.value = await (form.dataset.passkey === "create" ? created(question) : used(question));
      form.submit();
    } catch (refused) {
      const known = refused?.name === "InvalidStateError" && form.dataset.wordsKnown;
      tell(form, known || form.dataset.wordsFailed);
      busy = false;
    }
  });
}
