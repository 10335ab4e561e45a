// Marks the page as one with scripts and wakes the components of the design system. Every page works without this.
import { initAll } from '/assets/govuk.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();
for (const table of document.querySelectorAll('.scroll')) {
  // A region that does not scroll needs no stop for the keyboard.
  const measure = () => {
    if (table.scrollWidth > table.clientWidth) table.setAttribute('tabindex', '0');
    else table.removeAttribute('tabindex');
  };
  measure();
  addEventListener('resize', measure);
}
