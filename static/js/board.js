// Lists of the board by keyboard: x selects the row, Shift + X a range.
const boxes = () => [...document.querySelectorAll('input[form=move][name=case]')];
const letters = () => (localStorage.getItem('keys') || document.documentElement.dataset.keys) !== 'off';
let last;
function count() {
  const n = boxes().filter(b => b.checked).length, all = document.querySelector('#move [name=all]'), out = document.getElementById('picked');
  if (out) out.textContent = (all?.checked ? 'All ' + all.value : n || 'Nothing') + ' selected';
}
function pick(box, range) {
  const list = boxes(), to = list.indexOf(box), from = range && last ? list.indexOf(last) : to, on = range || !box.checked;
  for (let i = Math.min(from, to); i <= Math.max(from, to); i++) if (i >= 0) list[i].checked = on;
  last = box;
  count();
}
document.addEventListener('keydown', e => {
  if (e.key.toLowerCase() !== 'x' || e.ctrlKey || e.metaKey || e.altKey || !letters() || e.target.matches('select,textarea,input:not([type=checkbox])')) return;
  const box = e.target.closest('[data-row]')?.querySelector('input[name=case]');
  if (box) pick(box, e.shiftKey);
});
document.addEventListener('click', e => {
  if (e.target.matches('input[form=move][name=case]')) if (e.shiftKey && last) pick(e.target, true); else last = e.target;
});
document.addEventListener('change', e => { if (e.target.form?.id === 'move') count() });
document.addEventListener('handrail:swapped', count);
