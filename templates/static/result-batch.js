/* Selecting jobs in the table: all at once, and how many are selected. */

const batch = /** @type {HTMLFormElement} */ (document.getElementById('batch'));
const body = /** @type {HTMLTableElement} */ (document.getElementById('jobs')).tBodies[0];
const line = /** @type {HTMLElement} */ (document.getElementById('all'));
const all = /** @type {HTMLInputElement} */ (line.querySelector('input'));
const picked = /** @type {HTMLElement} */ (document.getElementById('picked'));

const boxes = () => /** @type {HTMLInputElement[]} */ ([...body.querySelectorAll('.pick input')]);

/** Shows what is selected: rows may come and go. */
function show() {
  const [count, total] = [boxes().filter(({ checked }) => checked).length, boxes().length];
  all.checked = count > 0 && count === total;
  all.indeterminate = count > 0 && count < total;
  picked.textContent = count > 0 ? `(${count} selected)` : '';
  for (const button of batch.querySelectorAll('button')) button.disabled = count === 0;
  batch.hidden = total === 0;
}

all.addEventListener('change', () => {
  for (const box of boxes()) box.checked = all.checked;
  show();
});
body.addEventListener('change', show);
new MutationObserver(show).observe(body, { childList: true });
line.hidden = false;
show();
