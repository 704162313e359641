// What every page shares. Modules talk by events on the document.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const root = document.documentElement, store = localStorage;

/* announcements and messages */
function say(text, loud) {
  const el = $(loud ? '#say-now' : '#say');
  el.textContent = '';
  requestAnimationFrame(() => { el.textContent = text });
}
document.addEventListener('handrail:say', e => say(e.detail.text, e.detail.loud));

/* keys: a layer of single letters that can be switched off (WCAG 2.1.4) */
const lettersOn = () => (store.getItem('keys') || root.dataset.keys) !== 'off';
const typing = el => el.closest?.('input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable],dialog[open]');
const seen = el => el.checkVisibility({ visibilityProperty: true });
const keyed = () => $$('[data-key]').filter(el => seen(el) || el.closest('details:not([open])') || el.matches('.armed *'));
let prefix = 0;
document.addEventListener('keydown', e => {
  if (e.isComposing || e.defaultPrevented) return;
  const mod = e.ctrlKey || e.metaKey, here = typing(e.target);
  if (mod && e.key === 'Enter') return e.repeat || press(e.shiftKey ? 'mod+shift+enter' : 'mod+enter', e);
  if (mod && e.key.toLowerCase() === 'k') { e.preventDefault(); return openPalette() }
  if (e.key === 'Escape') return escape(e, here);
  if (mod || here) return;
  let k = e.key;
  if (e.altKey) { if (!e.shiftKey) return; k = k.toLowerCase() } else if (!lettersOn() && k !== '?') return;
  if ((k === 'j' || k === 'k') && rove(k === 'j' ? 1 : -1)) return e.preventDefault();
  if (k === 'o' && e.target.closest('[data-row]')) return $('a', e.target.closest('[data-row]')).click();
  if (Date.now() - prefix < 1200) k = 'g ' + k;
  prefix = 0;
  if (k === 'g') { prefix = Date.now(); return }
  press(given(k), e);
});
const own = Object.fromEntries((root.dataset.keymap || '').trim().split(' ').filter(Boolean).map(pair => [pair[0], pair.slice(1)]));
const given = k => Object.keys(own).find(name => own[name] === k) || (own[k] ? '' : k);   // the letter pressed, as the page names it
function press(k, e) {
  const el = keyed().find(n => n.dataset.key === k);
  if (!el) return;
  e?.preventDefault();
  const menu = el.closest('details:not([open])');
  if (menu && el.tagName !== 'SUMMARY') menu.open = true;
  if (el.matches('input:not([type=radio],[type=checkbox]),textarea,select')) return el.focus();
  if (el.matches('section')) { el.focus({ preventScroll: true }); return glide(el, 'start') }
  el.focus({ preventScroll: true });
  el.click();
  el.dispatchEvent(new CustomEvent('handrail:keyed', { bubbles: true }));
  if (el.tagName === 'SUMMARY' && !el.closest('.menu')) glide(el, 'start');
}
function escape(e, here) {
  if ($('dialog[open]')) return;
  const menu = e.target.closest?.('details.menu[open]') || $('details.menu[open]');
  if (menu) { menu.open = false; $('summary', menu).focus(); return e.preventDefault() }
  if (here) { e.preventDefault(); document.activeElement.blur() }
}
function rove(step) {
  const rows = $$('[data-row]');
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement.closest('[data-row]'));
  $('a', rows[Math.max(0, Math.min(rows.length - 1, at + step))]).focus();
  return true;
}
function name(el) {
  const c = (el.closest('label') || el).cloneNode(true);
  $$('kbd,.vh', c).forEach(n => n.remove());
  return el.dataset.label || el.getAttribute('aria-label') || c.textContent.trim();
}
const spell = k => (own[k] || k).replace('mod+shift+enter', 'Ctrl ⇧ ⏎').replace('mod+enter', 'Ctrl ⏎').replace(/^([A-Z])$/, '⇧ $1');
function wire() {
  for (const k of Object.keys(own)) for (const el of $$(`[data-key="${CSS.escape(k)}"]`)) { const hint = $('kbd', el.closest('label') || el); if (hint) hint.textContent = own[k] }
  for (const el of $$('[data-key]:not([aria-keyshortcuts],section)'))
    el.setAttribute('aria-keyshortcuts', (own[el.dataset.key] || el.dataset.key).replace('mod+shift', 'Control+Shift').replace('mod', 'Control').replace('enter', 'Enter').replace(/^([A-Z])$/, 'Shift+$1'));
}

/* the sheet of keys and the palette are made from the page's own controls */
function sheet() {
  const list = $('#keys .keylist');
  list.replaceChildren(...keyed().map(el => row(name(el), spell(el.dataset.key))), row('Go to or do', 'Ctrl K'), row('Leave the field, close, disarm', 'Esc'));
  if ($('[data-row]')) list.prepend(row('Next, previous in the list', 'J K'));
}
function row(label, key) {
  const li = document.createElement('li'), a = document.createElement('span'), b = document.createElement('kbd');
  a.textContent = label; b.textContent = key; li.append(a, b);
  return li;
}
function openPalette() {
  const dialog = $('#palette'), box = $('input', dialog);
  dialog.actions = [...new Set([...keyed(), ...$$('header a[href],header button[data-theme-set]')])].filter(el => !el.closest('dialog')).map(el => ({ el, label: name(el), key: el.dataset.key }));
  box.value = '';
  dialog.showModal();
  narrow();
}
function narrow() {
  const dialog = $('#palette'), want = $('input', dialog).value.toLowerCase();
  $('#found').replaceChildren(...dialog.actions.filter(a => a.label.toLowerCase().includes(want)).map((a, i) => {
    const li = row(a.label, a.key ? spell(a.key) : '');
    if (!a.key) li.lastChild.remove();
    return Object.assign(li, { role: 'option', id: 'found-' + i, does: a.el });
  }));
  choose(0);
}
function choose(i) {
  const all = $$('#found > li');
  i = Math.max(0, Math.min(all.length - 1, i));
  all.forEach((li, n) => li.setAttribute('aria-selected', String(n === i)));
  all[i]?.scrollIntoView({ block: 'nearest' });
  $('#palette input').setAttribute('aria-activedescendant', all[i]?.id || '');
}
function run(option) {
  const el = option?.does;
  if (!el) return;
  $('#palette').close();
  if (el.dataset.key) press(el.dataset.key); else { const menu = el.closest('details'); if (menu) menu.open = true; el.click() }
}
$('#palette').addEventListener('input', narrow);
$('#palette').addEventListener('click', e => run(e.target.closest('#found > li')));
$('#palette').addEventListener('keydown', e => {
  const all = $$('#found > li'), at = all.findIndex(li => li.ariaSelected === 'true');
  if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); choose(at + (e.key === 'ArrowDown' ? 1 : -1)) }
  if (e.key === 'Enter') { e.preventDefault(); e.stopPropagation(); run(all[at]) }
});

/* clicks */
document.addEventListener('click', e => {
  const t = e.target.closest('[data-open],[data-close],[data-ev],[data-toggle-keys],[data-theme-set],[data-fold]');
  for (const menu of $$('details.menu[open]')) if (!menu.contains(e.target)) menu.open = false;
  if (!t) return;
  if (t.dataset.open) { sheet(); document.getElementById(t.dataset.open).showModal() }
  if ('close' in t.dataset) t.closest('dialog').close();
  if (t.dataset.ev) show(t, t.getAttribute('aria-pressed') !== 'true');
  if ('toggleKeys' in t.dataset) { store.setItem('keys', lettersOn() ? 'off' : 'on'); toggles(); say('Single-key shortcuts ' + (lettersOn() ? 'on' : 'off')) }
  if ('fold' in t.dataset) { store.setItem('rail', root.dataset.rail === 'off' ? 'on' : 'off'); toggles() }
  if (t.dataset.themeSet) { store.setItem('theme', t.dataset.themeSet); toggles() }
});
const glide = (el, block) => el?.scrollIntoView({ block, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
function show(chip, on) {
  const letter = chip.dataset.ev;
  $$('[data-ev]').forEach(c => c.setAttribute('aria-pressed', String(on && c === chip)));
  $$('mark[data-on],.why[data-on]').forEach(m => m.removeAttribute('data-on'));
  history.replaceState(history.state, '', on ? '#evidence-' + letter : location.pathname + location.search);
  if (!on) return;
  document.getElementById('why-' + letter)?.setAttribute('data-on', '');
  const marks = $$('mark').filter(m => m.dataset.reason.includes(letter));
  marks.forEach(m => m.setAttribute('data-on', ''));
  glide(marks[0], 'center');
  say(`${chip.dataset.n} highlighted: ${marks.map(m => m.firstChild.textContent).join(' ')}`);
}
function evidenceFromAddress() {
  const chip = location.hash.startsWith('#evidence-') && $(`[data-ev="${CSS.escape(location.hash.slice(10))}"]`);
  if (chip) show(chip, true);
}

/* theme and toggles */
const served = root.dataset.theme;
function toggles() {
  const mine = store.getItem('theme'), theme = mine || served || 'system';
  if (theme === 'system') delete root.dataset.theme; else root.dataset.theme = theme;
  $$('[data-theme-set]').forEach(b => b.setAttribute('aria-pressed', String(b.dataset.themeSet === theme)));
  root.dataset.rail = store.getItem('rail') || 'on';
  $('[data-fold]')?.setAttribute('aria-expanded', String(root.dataset.rail === 'on'));
  $('[data-toggle-keys]').setAttribute('aria-checked', String(lettersOn()));
}
document.addEventListener('submit', e => {
  if (e.target.matches('[data-preferences]')) { store.removeItem('theme'); store.removeItem('keys') }
  if (!e.target.matches('[data-signout]')) return;
  const waiting = JSON.parse(store.getItem('outbox') || '[]').length;
  if (!waiting || e.target.warned) return;
  e.preventDefault();
  e.target.warned = true;
  say(`${waiting} decision${waiting === 1 ? ' is' : 's are'} still being sent. Sign out again to drop it.`, true);
  $('button', e.target).textContent = 'Sign out and drop what is not sent';
});

/* clocks: one timer a page, the server's time corrected for skew */
const skew = Date.parse($('meta[name=server-now]')?.content || '') - Date.now() || 0;
const told = new Set();
const two = n => String(n).padStart(2, '0');
function left(s) {
  const n = Math.abs(s), h = n / 3600 | 0, m = n / 60 % 60 | 0;
  return (s < 0 ? '−' : '') + (h ? h + ':' + two(m) : m) + ':' + two(n % 60 | 0);
}
function tick() {
  for (const t of $$('time[data-due]')) {
    const s = Math.round((Date.parse(t.dateTime) - Date.now() - skew) / 1000);
    if (Math.abs(s) >= 86400) continue;   // the server wrote a date
    const box = t.parentElement;
    t.textContent = left(s);
    box.dataset.state = s < 0 ? 'late' : s <= 900 ? 'soon' : 'ok';
    const bar = $('progress', box);
    if (bar) bar.value = Math.max(0, s / 60);
    if ('announce' in t.dataset) announce(t, s);
  }
}
function announce(t, s) {   // at 15, 5 and 1 minute and when it is over, not every second
  const mark = s < 0 ? 0 : [1, 5, 15].find(m => s <= m * 60);
  if (mark === undefined || told.has(t.id + mark)) return;
  told.add(t.id + mark);
  say(mark ? `${Math.ceil(s / 60)} minutes left to resolve` : 'The deadline has passed');
}
setInterval(tick, 1000);

/* the idle lock: every tab covers itself, the server locks the sign-in */
const idle = root.dataset.idle * 1000, cover = $('#lock');
let touched = 0;
const alive = () => { if (Date.now() - touched > 5000) store.setItem('touched', touched = Date.now()) };
alive();
for (const sign of ['keydown', 'pointermove', 'pointerdown', 'scroll']) addEventListener(sign, alive, { passive: true, capture: true });
function lock(told) {
  if (cover.open) return;
  for (const open of $$('dialog[open]')) open.close();
  cover.showModal();
  if (!told) { store.setItem('locked', Date.now()); fetch('/lock', { method: 'POST', body: new URLSearchParams({ csrfmiddlewaretoken: $('[name=csrfmiddlewaretoken]', cover).value }) }).catch(() => 0) }
}
function unlock() { touched = Date.now(); cover.close(); say('Unlocked') }
if (idle) {
  setInterval(() => { if (Date.now() - Math.max(touched, store.getItem('touched') || 0) > idle) lock() }, 5000);
  addEventListener('storage', e => { if (e.key === 'locked') { if (e.newValue) lock(true); else if (cover.open) unlock() } });
  cover.addEventListener('cancel', e => e.preventDefault());
  $('form', cover).addEventListener('submit', async e => {
    e.preventDefault();
    const r = await fetch(e.target.action, { method: 'POST', body: new FormData(e.target), redirect: 'manual' }).catch(() => 0);
    e.target.password.value = '';
    $('#lock-e').textContent = r.type === 'opaqueredirect' ? '' : !r ? 'No connection.' : r.status === 429 ? 'Too many tries. Wait a little.' : 'That is not your password.';
    if (r.type === 'opaqueredirect') { store.removeItem('locked'); unlock() }
  });
}

/* connection, and parts that arrive later */
function net() { root.toggleAttribute('data-offline', !navigator.onLine); if (!navigator.onLine) say('Offline. Your work is kept.') }
addEventListener('online', net); addEventListener('offline', net);
for (const done of ['htmx:afterSwap', 'htmx:after:swap', 'handrail:swapped']) document.addEventListener(done, () => { tick(); wire() });
net(); toggles(); wire(); tick(); evidenceFromAddress();
root.dataset.ready = '';
