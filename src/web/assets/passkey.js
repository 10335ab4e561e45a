// Makes and shows passkeys. The page says without this what a passkey needs.
const NOT_GIVEN = 'No passkey was given, or it took too long. Try again.';
const FAILED = 'That did not work. Reload the page and try again.';

async function send(url, form, more = {}) {
  const fields = Object.fromEntries(new FormData(form));
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ ...fields, ...more }),
  });
  if (answer.redirected || !answer.headers.get('content-type')?.includes('json')) throw new Error(FAILED);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.problem ?? FAILED);
  return said;
}

async function credential(place, options) {
  try {
    if (place.dataset.passkey === 'create') {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return await navigator.credentials.create({ publicKey });
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return await navigator.credentials.get({ publicKey });
  } catch (problem) {
    if (problem.name === 'InvalidStateError') throw new Error('This device has a passkey for this account.');
    throw new Error(NOT_GIVEN);
  }
}

for (const place of document.querySelectorAll('[data-passkey]')) {
  const off = place.querySelector('[data-passkey-off]');
  const form = place.querySelector('form');
  const said = place.querySelector('[data-passkey-said]');
  if (location.origin !== place.dataset.origin) {
    off.textContent = `Passkeys work only at ${place.dataset.origin}. Open the workbench there.`;
    continue;
  }
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    off.textContent = 'This browser knows no passkeys. Use a current one.';
    continue;
  }
  off.hidden = true;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    said.textContent = '';
    try {
      const options = await send(place.dataset.options, form);
      const response = options.to ? undefined : (await credential(place, options)).toJSON();
      const { to } = options.to ? options : await send(form.action, form, { response });
      location.assign(to);
    } catch (problem) {
      said.textContent = problem.message;
      button.disabled = false;
    }
  });
}
