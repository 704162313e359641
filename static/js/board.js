// The board's lists by keyboard: x selects the row, Shift + X a range; the move bar says how many are selected.
const $$ = s => [...document.querySelectorAll(s)], boxes = () => $$('input[form=move][name=case]');
const letters = () => (localStorage.getItem('keys') || document.documentElement.dataset.keys) !== 'off';
let last = null;
function count() {
  const n = boxes().filter(b => b.checked).length, all = document.querySelector('#move [name=all]'), out = document.getElementById('picked');
  if (out) out.textContent = all?.checked ? `All ${all.value} selected` : n ? `${n} selected` : 'Nothing selected';
}
function pick(box, range) {
  const list = boxes(), to = list.indexOf(box), from = range && last ? list.indexOf(last) : to;
  const on = range ? true : !box.checked;
  for (let i = Math.min(from, to); i <= Math.max(from, to); i++) if (i >= 0) list[i].checked = on;
  last = box;
  count();
}
document.addEventListener('keydown', e => {
  if (e.key.toLowerCase() !== 'x' || e.ctrlKey || e.metaKey || e.altKey || !letters()) return;
  const row = e.target.closest?.('[data-row]'), box = row?.querySelector('input[name=case]');
  if (!box || e.target.matches('select,textarea,input:not([type=checkbox])')) return;
  e.preventDefault();
  pick(box, e.shiftKey);
});
document.addEventListener('click', e => {   // Shift + click selects what lies between
  const box = e.target.closest?.('input[form=move][name=case]');
  if (!box) return;
  if (e.shiftKey && last && last !== box) pick(box, true); else last = box;
});
document.addEventListener('change', e => { if (e.target.form?.id === 'move') count() });
document.addEventListener('handrail:swapped', count);
