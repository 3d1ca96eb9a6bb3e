// Beside each field for a colour a picker of the browser: who does not know the six signs points at the colour.
const SIX = /^#[0-9a-f]{6}$/i;

for (const field of document.querySelectorAll('[data-colours] input[type="text"]')) {
  const picker = document.createElement('input');
  const label = document.querySelector(`label[for="${field.id}"]`);
  picker.type = 'color';
  picker.className = 'm-colour';
  picker.setAttribute('aria-label', `${label.textContent.trim()}: ${field.closest('[data-colours]').dataset.colours}`);
  const show = () => {
    if (SIX.test(field.value.trim())) picker.value = field.value.trim();
  };
  picker.addEventListener('input', () => {
    field.value = picker.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  field.addEventListener('input', show);
  show();
  const pair = document.createElement('span');
  pair.className = 'm-colours';
  field.before(pair);
  pair.append(field, picker);
}
