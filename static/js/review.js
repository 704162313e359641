// Arm, commit, next in one round trip at most; nothing typed or decided is lost.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const tell = (type, detail) => document.dispatchEvent(new CustomEvent('handrail:' + type, { detail }));
const say = (text, loud) => tell('say', { text, loud });
const form = () => $('#decide'), shown = () => $('#case');
const hhmm = t => new Date(t).toLocaleTimeString('en-GB', { timeZone: document.documentElement.dataset.tz, timeStyle: 'short' });
const note = text => { const el = $('#saved'); if (el) el.textContent = text };
const make = (tag, props, ...inside) => { const el = Object.assign(document.createElement(tag), props); el.append(...inside); return el };
const csrf = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrf(?:token)?=([^;]+)/)?.[1] || $('[name=csrfmiddlewaretoken]')?.value || '';
const post = (url, data, headers = {}) => {
  const body = new URLSearchParams(data);
  return fetch(url, { method: 'POST', body, headers: { 'X-CSRFToken': csrf(), 'HX-Request': 'true', ...headers }, keepalive: String(body).length < 6e4, signal: AbortSignal.timeout(20_000) });
};

/* drafts, sealed with a key that lives as long as this sign-in */
const raw = $('meta[name=draft-key]')?.content;
const bytes = s => Uint8Array.from(atob(s), c => c.charCodeAt(0)), text = b => btoa(String.fromCharCode(...new Uint8Array(b)));
const key = raw && crypto.subtle?.importKey('raw', bytes(raw), 'AES-GCM', false, ['encrypt', 'decrypt']);
async function seal(value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return text(iv) + '.' + text(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key, new TextEncoder().encode(JSON.stringify(value))));
}
async function unseal(s) {
  const [iv, data] = s.split('.').map(bytes);
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await key, data)));
}
const FRAME = ['csrfmiddlewaretoken', 'key', 'version', 'claim_token'];
const typed = f => [...new FormData(f)].filter(([n]) => !FRAME.includes(n));
const draftOf = f => typed(f).filter(([n, v]) => !/^(verb|provisional)$/.test(n) && (n.startsWith('f.') ? f.elements[n].dataset.was !== v : n === 'reply' || v));
let unkept, unsent = false;
async function keep() {
  const f = form();
  if (!f) return;
  if (key) localStorage.setItem('draft:' + f.dataset.ref, await seal({ at: Date.now(), values: draftOf(f) }));
  if (f === form()) note('Draft kept ' + hhmm(Date.now()));
}
async function sendDraft() {
  const f = form();
  if (!unsent || !f || f.claim_token.value === '0' || f.dataset.sending) return;
  unsent = false;
  try { await post(f.dataset.draft, [...draftOf(f), ['claim_token', f.claim_token.value]]) } catch { unsent = true }
}
async function restore() {
  const f = form(), name = 'draft:' + f?.dataset.ref, s = f && localStorage.getItem(name);
  if (!s || !key) return;
  try {
    const { at, values } = await unseal(s);
    if (at <= Date.parse(f.dataset.draftAt || 0)) return;
    for (const [n, v] of values) if (f.elements[n] && n !== 'verb') f.elements[n].value = v;
    changes(); note('Draft restored');
  } catch { localStorage.removeItem(name) }
}
setInterval(sendDraft, 10_000);
document.addEventListener('focusout', sendDraft);

/* arm, disarm, edit */
const verb = () => $('[name=verb]:checked', form() || document.body);
let byItself = false;
function armed(v) {
  const box = shown();
  for (const group of $$('#reason optgroup')) group.hidden = group.disabled = group.dataset.verb !== v.value;
  if ('judge' in box.dataset && !('revealed' in box.dataset)) form().append(make('input', { type: 'hidden', name: 'provisional', value: v.value }));
  box.dataset.revealed = '';
  errors();
  if (!next || Date.now() - next.at > FRESH / 2) prefetch();
  say(`${v.parentElement.firstChild.nextSibling.textContent.trim()} armed. Control Enter commits.`);
}
function disarm() { const v = verb(); if (!v) return false; v.checked = byItself = false; errors(); say('Disarmed'); return true }
const plain = s => s.trim().replace(/\s+/g, ' ');   // spaces alone correct nothing, as on the server
const changes = () => $$('[data-was]').filter(el => el.closest('tr').toggleAttribute('data-changed', plain(el.value) !== plain(el.dataset.was)));
function edited() {   // an edited field arms Correct
  const n = changes().length, v = verb(), correct = $('[name=verb][value=correct]');
  if (n && correct && (!v || v.value === 'approve')) { correct.checked = byItself = true; armed(correct) }
  if (!n && byItself && v === correct) disarm();
}
document.addEventListener('input', e => {
  const f = form();
  active = Date.now();
  if (e.target.form !== f || !f) return;
  if (e.target.dataset.was !== undefined) edited();
  if (e.target.name === 'verb') return;
  unsent = true;
  clearTimeout(unkept);
  unkept = setTimeout(keep, 400);
});
document.addEventListener('change', e => { if (e.target.name === 'verb') { byItself = false; armed(e.target) } });
document.addEventListener('handrail:keyed', e => {
  if (e.target.name === 'verb') needed(e.target.value).find(el => !el.value)?.focus();
});
const needed = v => $$('[data-need]').filter(el => el.closest('[data-for]').dataset.for.split(' ').includes(v));
function low(step, here) {
  const rows = $$('tr[data-low]'), at = here?.rowIndex ?? (step > 0 ? -1 : Infinity);
  return step > 0 ? rows.find(r => r.rowIndex > at) : rows.findLast(r => r.rowIndex < at);
}
function enter(row) { const el = row && $('[data-was]', row); if (el) { el.focus(); el.select?.() } return el }
document.addEventListener('keydown', e => {
  active = Date.now();
  const row = e.target.closest?.('.fields tr');
  if (e.key === 'Enter' && row && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.isComposing) {   // accept, go on
    e.preventDefault();
    const fix = $('select', row);
    if (row.hasAttribute('data-changed') && fix && !fix.value) return fix.focus();
    if (!enter(low(1, row))) { e.target.blur(); say('No more fields to check') }
  }
  if (e.key === 'Escape' && !e.defaultPrevented && !$('dialog[open]')) disarm();
});
document.addEventListener('click', e => {
  active = Date.now();
  const t = e.target.closest('[data-low],[data-extend],[data-note]');
  if (!t || t.tagName === 'TR') return;
  if (t.dataset.low) enter(low(+t.dataset.low, document.activeElement.closest('.fields tr')) || low(+t.dataset.low));
  if ('extend' in t.dataset) beat(true);
  if ('note' in t.dataset) { form().dataset.noting = ''; $('#note').focus() }
});

/* inline errors */
function errors(list = []) {
  $$('[aria-invalid]').forEach(el => el.removeAttribute('aria-invalid'));
  $$('.err').forEach(el => { el.textContent = '' });
  for (const [el, message, where] of list) {
    (where || document.getElementById('err-' + el.id)).textContent = message;
    if (!where) el.setAttribute('aria-invalid', 'true');
  }
  if (list.length) { list[0][0].focus(); say(list.map(x => x[1]).join(' '), true) }
  return !list.length;
}
function check(f) {
  const v = verb()?.value, changed = changes(), top = $('#err-verb'), first = $('[name=verb]', f), list = [];
  if (!v) list.push([first, 'Choose what to do first.', top]);
  if (v === 'approve' && changed.length) list.push([first, `You changed ${changed[0].dataset.field}: use Correct, or put the value back.`, top]);
  if (v === 'correct' && !changed.length) list.push([verb(), 'Nothing is changed yet.', top]);
  if (/correct|override|reject/.test(v)) for (const el of changed) { const fix = $('select', el.closest('tr')); if (!fix.value) list.push([fix, `Say what was wrong with ${el.dataset.field}.`]) }
  for (const el of needed(v)) if (!el.value.trim()) list.push([el, el.dataset.need]);
  return errors(list);
}

/* the next case: fetched and reserved while this one is read */
const FRESH = 60_000;   // shorter than the server's reservation
let next = null, asking = null;
function prefetch() {
  const f = form(), ref = f?.dataset.ref;
  if (!f || asking === ref || navigator.connection?.saveData) return;
  asking = ref;
  fetch(f.dataset.next, { headers: { 'HX-Request': 'true' }, priority: 'low' }).then(async r => {
    const node = r.status === 200 && parse(await r.text());
    if (node && form()?.dataset.ref === ref) next = { node, ref: node.dataset.ref, after: ref, at: Date.now() };
  }).catch(() => { }).finally(() => { asking = null });
}
function parse(html) { const node = new DOMParser().parseFromString(html, 'text/html').querySelector('#case'); return node && document.adoptNode(node) }
function swap(node) {
  shown().replaceWith(node);
  if (node.dataset.url !== location.pathname) history.pushState({}, '', node.dataset.url);
  document.title = node.dataset.title;
  next = null; unsent = false; warned = false;
  ($('[aria-invalid=true]') || $('#case-title')).focus({ preventScroll: true });
  scrollTo(0, 0);
  requestAnimationFrame(() => setTimeout(() => { window.htmx?.process(node); tell('swapped'); restore() }));   // paint first
}
addEventListener('popstate', () => { if (shown().dataset.url !== location.pathname) location.reload() });

/* outbox: decisions are stored first, sent second, repeated with the same key */
const tab = sessionStorage.tab ||= crypto.randomUUID();
const waiting = () => JSON.parse(localStorage.getItem('outbox') || '[]');
const mine = () => waiting().filter(j => j.tab === tab || Date.now() - j.at > 20_000);   // and a closed tab's
function write(jobs) { localStorage.setItem('outbox', JSON.stringify(jobs)); const el = $('#pending'); el.textContent = jobs.length ? `${jobs.length} sending` : '' }
const drop = id => write(waiting().filter(j => j.id !== id));
let sending = false, pause = 1000, timer;
async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try { for (let job; (job = mine()[0]);) { await send(job); pause = 1000 } }
  catch { timer = setTimeout(flush, pause * (.5 + Math.random())); pause = Math.min(pause * 2, 30_000) }
  finally { sending = false }
}
async function send(job) {
  let data;
  try { data = await unseal(job.body) }
  catch { drop(job.id); return toast(`${job.ref}: a decision from an earlier sign-in was not sent. Its draft is kept.`, { page: job.page }) }
  data = [...data, ['version', job.version], ['claim_token', job.token], ...(job.opened ? [['opened', job.opened]] : [])];
  const r = await post(job.url, data, { 'Idempotency-Key': job.id, ...(job.opened && { 'X-Ack-Only': '1' }) });
  if (r.status === 401) { toast('You are signed out. Your decision is kept in this tab.', { page: '/accounts/login/', text: 'Sign in', blank: true }); throw r }
  if (r.status >= 500 || r.status === 408 || r.status === 423 || r.status === 429) throw r;
  drop(job.id);
  tell('acked');
  const node = parse(await r.text()), here = shown().dataset.ref === job.ref;
  if (r.ok) accepted(job, r);
  else if (!here || !node) toast(`${job.ref}: ${r.status === 409 ? 'it changed before your decision arrived' : `the decision was not accepted (${r.status})`}. Your text is kept.`, { page: job.page });
  if (job.opened) await opened(job, r, node);
  else if (here) arrive(r, node);
  prefetch();
}
function accepted(job, r) {
  localStorage.removeItem('draft:' + job.ref);
  const undo = r.headers.get('X-Undo');
  if (undo) toast(job.said, { undo, seconds: +r.headers.get('X-Undo-Seconds') || 10 }); else say(job.said);
}
function arrive(r, node) {   // its case is still on the screen
  delete form()?.dataset.sending;
  if (!node) return;
  swap(node);
  const wrong = $('#case .banner') || $('.err:not(:empty)');
  if (!r.ok && wrong) say(wrong.textContent, true);
}
async function opened(job, r, node) {   // the case that was shown at once
  const version = r.headers.get('X-Opened-Version'), token = r.headers.get('X-Opened-Token');
  if (token) write(waiting().map(j => j.ref === job.opened ? { ...j, version, token } : j));
  if (shown().dataset.ref !== job.opened) return;
  if (token) {
    form().version.value = version;
    $$('[data-token]').forEach(el => { el.value = token });
    return lease(r.headers.get('X-Opened-Lease'));
  }
  await keep();
  node ||= await post(form().dataset.claimNext).then(async a => a.ok && parse(await a.text()));
  if (!node) return location.assign('/queue/');
  swap(node);
  const words = `${job.opened} went to somebody else before it opened. This is the next.`;
  ($('.case-head') || node).prepend(make('p', { className: 'banner bad' }, words));
  say(words, true);
}
addEventListener('online', flush);
addEventListener('focus', () => { if (mine().length) flush() });
addEventListener('pageshow', () => { write(waiting()); flush(); restore(); prefetch() });

/* commit */
document.addEventListener('submit', async e => {
  const f = e.target, stay = e.submitter?.name === 'stay';
  if (f.id !== 'decide') return;
  if (f.dataset.sending || !check(f)) return e.preventDefault();
  if (!key) return;   // no WebCrypto, no outbox: a plain post
  e.preventDefault();
  f.dataset.sending = '1';
  unsent = false;
  clearTimeout(unkept);
  const ready = !stay && next?.after === f.dataset.ref && Date.now() - next.at < FRESH && next;
  const job = { id: crypto.randomUUID(), tab, at: Date.now(), ref: f.dataset.ref, url: f.action, page: shown().dataset.url, version: f.version.value, token: f.claim_token.value, opened: ready ? ready.ref : '', said: `${f.dataset.ref} ${verb().dataset.said}`, body: await seal(stay ? [...typed(f), ['stay', '1']] : typed(f)) };
  write([...waiting(), job]);
  if (ready) { swap(ready.node); setTimeout(flush) }
  else { note(navigator.onLine ? 'Sending' : 'Offline, decision kept'); flush() }
});

/* messages, with undo while it lasts */
function toast(message, { undo, seconds, page, text = 'Open it', blank } = {}) {
  if ($$('.toast > span').some(s => s.textContent === message)) return;
  const words = make('span', {}, message), box = make('div', { className: 'toast' }, words);
  if (page) box.append(make('a', { href: page, target: blank ? '_blank' : '' }, text));
  const close = make('button', { type: 'button', onclick: () => box.remove() }, 'Close');
  if (!undo) box.append(close);
  $('.toasts').prepend(box);
  say(message + (undo ? '. Press Z to undo.' : ''), !undo);
  if (!undo) return;
  const count = make('span', { className: 'mono' }, `${seconds} s`), button = make('button', { type: 'button' }, 'Undo (Z)');
  button.dataset.key = 'z';
  button.dataset.label = 'Undo: ' + message;
  const clock = setInterval(() => { count.textContent = `${--seconds} s`; if (seconds <= 0) { clearInterval(clock); box.remove() } }, 1000);
  button.onclick = async () => {
    button.disabled = true;
    const r = await post(undo).catch(() => null);
    if (r?.ok) return location.assign(r.headers.get('HX-Location') || r.headers.get('HX-Redirect') || r.url);
    clearInterval(clock);
    words.textContent = r ? 'Too late to undo' : 'No connection';
    say(words.textContent, true);
    count.remove();
    if (r) button.replaceWith(close); else button.disabled = false;
  };
  box.append(count, button);
}

/* lease: kept while somebody works, announced before it ends */
let active = Date.now(), warned = false;
const skew = Date.parse($('meta[name=server-now]')?.content || '') - Date.now() || 0;
for (const sign of ['pointermove', 'scroll']) addEventListener(sign, () => { active = Date.now() }, { passive: true, capture: true });
function lease(until) {
  const el = $('#lease');
  if (!el || !until) return;
  const t = make('time', { dateTime: until }, hhmm(until));
  t.dataset.lease = '';
  el.replaceChildren('Held by you until ', t);
  delete el.dataset.state;
  warned = false;
}
async function beat(asked) {
  const f = form();
  if (!f || f.hidden || f.claim_token.value === '0' || f.dataset.sending) return;
  try {
    const r = await post(f.dataset.heartbeat, { claim_token: f.claim_token.value });
    if (f !== form()) return;
    if (r.status === 409) return lost();
    if (r.ok) lease(r.headers.get('X-Lease-Until'));
    if (r.ok && asked) say($('#lease').textContent);
  } catch { if (asked) say('No connection', true) }
}
setInterval(() => { if (!document.hidden && Date.now() - active < 300_000) beat() }, 60_000);
setInterval(() => {
  const t = $('time[data-lease]'), s = t && Math.round((Date.parse(t.dateTime) - Date.now() - skew) / 1000), f = form();
  if (!t || s > 120 || !f || f.hidden) return;
  if (s <= 0) return lost();
  t.parentElement.dataset.state = 'soon';
  t.textContent = `${hhmm(t.dateTime)}, ${s} s left`;
  if (!warned) { warned = true; say('This case returns to the queue in 2 minutes. Press L to keep it.', true) }
}, 1000);
document.addEventListener('handrail:taken', () => { const f = form(); if (f && !f.hidden) lost() });
async function lost() {
  await keep();
  const f = form(), foot = $('#lost');
  f.hidden = true;
  foot.hidden = false;
  shown().dataset.mode = 'lost';
  $('#lease').textContent = 'Returned to the queue';
  $('#lost-at').textContent = hhmm(Date.now() + skew);
  say($('p', foot).textContent, true);
}
