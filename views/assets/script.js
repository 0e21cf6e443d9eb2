// What pages do better with script. Every page works without it; nothing here decides anything.

// A double click is one action. The button stays enabled until the form is on its way, or its name would not be sent.
addEventListener('submit', (event) => {
  const form = event.target;
  if (form.ariaBusy === 'true') {
    event.preventDefault();
    return;
  }
  form.ariaBusy = 'true';
  setTimeout(() => {
    form.ariaBusy = null;
  }, 8000);
});

// Back from the next page: the form may be sent again.
addEventListener('pageshow', () => {
  for (const form of document.forms) form.ariaBusy = null;
});

// A code sends itself once, when its last digit is in. Pasted spaces and dashes are dropped; Arabic digits are digits.
for (const input of document.querySelectorAll('input[data-digits]')) {
  let sent = false;
  input.addEventListener('input', () => {
    const western = input.value.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) & 15);
    const digits = western.replace(/\D/g, '');
    if (sent || digits.length !== Number(input.dataset.digits)) return;
    sent = true;
    input.value = digits;
    input.form.requestSubmit();
  });
}

for (const button of document.querySelectorAll('button.show')) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  const words = [button.textContent, button.dataset.hide];
  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.textContent = words[Number(shown)];
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    show(input.type === 'password');
    input.focus();
  });
  // Hidden again before it leaves, so that no browser remembers it as ordinary text.
  input.form.addEventListener('submit', () => show(false));
}

for (const button of document.querySelectorAll('button[data-wait]')) {
  const clock = button.form.querySelector('.clock');
  const end = performance.now() + Number(button.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    button.disabled = left > 0;
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (left > 0) setTimeout(tick, 1000);
    else clock.parentElement.hidden = true;
  };
  tick();
}

// What has to be kept: into the clipboard, into a file, or onto paper.
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).innerText;
    await navigator.clipboard.writeText(button.dataset.copy === 'totp-key' ? text.replaceAll(' ', '') : text);
    button.textContent = button.dataset.copied;
  });
}
for (const button of document.querySelectorAll('button[data-download]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const text = document.getElementById(button.dataset.download).innerText;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
    link.download = `${button.dataset.download}.txt`;
    link.click();
  });
}
for (const button of document.querySelectorAll('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

// The list of languages closes as a menu does.
const languages = document.querySelector('.languages');
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !languages?.open) return;
  languages.open = false;
  languages.querySelector('summary').focus();
});
addEventListener('click', (event) => {
  if (languages?.open && !languages.contains(event.target)) languages.open = false;
});
