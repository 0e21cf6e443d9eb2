// Shows that no robot uses this page. Whoever made the check decides; here is only what a browser has to do for it.

const box = document.querySelector('[data-bot-check]');
const { botCheck: provider } = box.dataset;
const fields = () => document.querySelectorAll('input[name="bot_check"]');
const fill = (answer) => {
  for (const field of fields()) field.value = answer;
};

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

// One try (ALTCHA version 2): the key that a number leads to. The browser works on it beside the page.
async function keyOf(counter, { algorithm, nonce, salt, cost, keyLength }) {
  const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: algorithm.slice('PBKDF2/'.length), salt: bytesOf(salt), iterations: cost };
  return hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
}

async function solve({ challenge, most }, tell) {
  const { parameters } = challenge;
  const started = performance.now();
  const abreast = Math.min(navigator.hardwareConcurrency || 2, 8);
  for (let first = 0; first <= most; first += abreast) {
    const counters = Array.from({ length: abreast }, (_, index) => first + index);
    const keys = await Promise.all(counters.map((counter) => keyOf(counter, parameters)));
    const found = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (found >= 0) {
      const time = Math.round(performance.now() - started);
      return btoa(JSON.stringify({ challenge, solution: { counter: counters[found], derivedKey: keys[found], time } }));
    }
    tell(first / most);
  }
  throw new Error('no number leads to the key');
}

function say(name) {
  for (const sentence of box.querySelectorAll('[data-said]')) sentence.hidden = sentence.dataset.said !== name;
}

// The same page as data: what it asks for now, which may be nothing any more.
async function another() {
  const answer = await fetch(location.href, { headers: { accept: 'application/json' } });
  return (await answer.json()).model?.bot_check;
}

// Milliseconds after which it would come too late: the server takes it for ten minutes.
const FRESH = 9 * 60_000;
let state = 'working';
let begunAt = 0;
let work;

async function run(check) {
  const line = box.querySelector('progress');
  state = 'working';
  begunAt = Date.now();
  fill('');
  say(state);
  line.value = 0;
  line.hidden = false;
  try {
    const asked = await check;
    const tell = (share) => {
      line.value = share;
    };
    if (asked?.challenge) fill(await solve(asked, tell));
    state = 'done';
  } catch {
    state = 'failed';
  }
  line.hidden = true;
  say(state);
}

if (provider === 'altcha') {
  const { challenge, most } = box.dataset;
  work = run({ challenge: JSON.parse(challenge), most: Number(most) });

  // Whoever is quicker than the work waits for it; whoever comes back to an old page gets a new one.
  addEventListener(
    'submit',
    async (event) => {
      const form = event.target;
      const { submitter } = event;
      if (!form.elements.bot_check || form.classList.contains('inline')) return;
      if (state === 'done' && Date.now() - begunAt > FRESH) work = run(another());
      if (state !== 'working') return;
      event.preventDefault();
      event.stopPropagation();
      await work;
      form.requestSubmit(submitter);
    },
    true,
  );
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) work = run(another());
  });
} else {
  // Their widget keeps its token in a field of its own, which belongs to no form.
  const token = () => document.querySelector('[name="cf-turnstile-response"], [name="h-captcha-response"]')?.value;
  addEventListener('submit', () => fill(token() ?? ''), true);
}
