// Passkeys and security keys: asks the browser for one and posts what it says. Nothing here decides anything.

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
const textOf = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

// What the page carries as JSON, as the browser wants it (WebAuthn section 5.1.9, for browsers that cannot do it themselves).
function decoded(options) {
  const { challenge, user, allowCredentials, excludeCredentials, ...rest } = options;
  const ids = (list) => list.map((one) => ({ ...one, id: bytesOf(one.id) }));
  return {
    ...rest,
    challenge: bytesOf(challenge),
    ...(user && { user: { ...user, id: bytesOf(user.id) } }),
    ...(allowCredentials && { allowCredentials: ids(allowCredentials) }),
    ...(excludeCredentials && { excludeCredentials: ids(excludeCredentials) }),
  };
}

function encoded(credential) {
  const response = {};
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[part]) response[part] = textOf(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  const { id, rawId, type } = credential;
  const clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify({ id, rawId: textOf(rawId), type, response, clientExtensionResults });
}

// The browser's own word for what went wrong, and which of the page's sentences says it. Cancelled, too late and no such
// passkey are one word on purpose: a page is not told which keys there are.
const SENTENCES = { NotAllowedError: 'cancelled', InvalidStateError: 'registered' };
const KEY = 'passkey';
let waiting;

function say(form, name) {
  for (const sentence of form.querySelectorAll('[data-said]')) sentence.hidden = sentence.dataset.said !== name;
}

function post(form, credential) {
  form.elements.credential.value = encoded(credential);
  try {
    sessionStorage.setItem(KEY, credential.id);
  } catch {
    // Without storage a key that nobody knows any more stays listed; that is all.
  }
  HTMLFormElement.prototype.submit.call(form);
}

// Passkeys in the list that the browser offers for the field (WebAuthn section 5.1.4, conditional mediation).
async function offer(form, publicKey) {
  if (!(await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  const { signal } = waiting;
  try {
    post(form, await navigator.credentials.get({ publicKey, mediation: 'conditional', signal }));
  } catch {
    // Another way was taken; nobody asked for this one.
  }
}

// A key that the server does not know is offered no more (section 5.1.10, signalUnknownCredential).
function forget(rpId) {
  try {
    const credentialId = sessionStorage.getItem(KEY);
    if (credentialId)
      globalThis.PublicKeyCredential?.signalUnknownCredential?.({ rpId, credentialId })?.catch(() => {});
    sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const { passkey: act, options, autofill, unknown } = form.dataset;
  const publicKey = decoded(JSON.parse(options));
  const offered = () => autofill !== undefined && offer(form, publicKey);
  if (unknown !== undefined) forget(publicKey.rpId);
  offered();

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (form.ariaBusy === 'true') return;
    form.ariaBusy = 'true';
    say(form);
    waiting?.abort();
    try {
      post(form, await navigator.credentials[act]({ publicKey }));
    } catch (error) {
      form.ariaBusy = null;
      say(form, SENTENCES[error.name] ?? 'unsupported');
      offered();
    }
  });
}
