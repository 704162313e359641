// One stream a browser, shared by its tabs. A hint says that a topic moved; whatever shows it is fetched anew.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const tell = (type, detail) => document.dispatchEvent(new CustomEvent('handrail:' + type, { detail }));
const say = text => tell('say', { text }), after = (ms, f) => setTimeout(f, ms * (.8 + Math.random() * .4));
const began = (Date.parse($('meta[name=server-now]').content) - 1000) * 1000;   // versions are microseconds
const bus = new BroadcastChannel('handrail.live'), root = document.documentElement;
let ticket, base = '', stream, mode = '', leader = !navigator.locks, retry = 1e4, polling, source;
const seen = {};

/* the stream, or polling while there is none */
async function renew() {
  const r = await fetch('/live/ticket?used=' + (Date.now() - localStorage.touched), { headers: { 'X-Live': '1' } });
  if (r.redirected || !r.ok) throw r;   // signed out: the next click says so
  ({ ticket, base } = await r.json());
}
const at = (path, where = base) => `${where}/live/${path}?t=${encodeURIComponent(ticket)}${stream ? '&s=' + stream : ''}`;
function turn(to) { mode = root.dataset.live = to; share() }
const share = () => leader && ticket && bus.postMessage({ ticket, base, stream, mode });
async function open() {
  source?.close();
  try { await renew() } catch (e) { if (!e.status) fall(); return }
  stream = crypto.randomUUID();
  source = new EventSource(at('stream'));
  source.onopen = () => { clearTimeout(polling); retry = 1e4; turn('live'); look() };
  source.addEventListener('v', e => { const v = JSON.parse(e.data); heard(v); bus.postMessage({ v }) });
  source.onerror = () => { source.close(); if (mode === 'live') { turn('wait'); after(2500, open) } else fall() };
}
function fall() {   // no live process, no Redis, or no network
  stream = '';
  turn('poll');
  clearTimeout(polling);
  polling = after(1000, poll);
  after(retry, open);
  retry = Math.min(retry * 2, 12e4);
}
async function poll() {
  if (mode !== 'poll') return;
  try {
    let own = !base, r = own ? 0 : await ask(base).catch(() => 0);
    if (!r || r.status !== 200 && r.status !== 403) { own = true; r = await ask('') }
    if (r.status === 403) await renew();
    if (r.status === 200) { const v = await r.json(); heard(v, own); bus.postMessage({ v, own }) }
  } catch { }
  if (mode === 'poll') polling = after(document.hidden ? 6e4 : 15e3, poll);
}
const ask = where => fetch(at('versions', where) + passes(), { cache: 'no-cache' });
function heard(v, own) {   // `own` versions come from the database and are no times
  for (const [topic, n] of Object.entries(v)) {
    const name = own ? '=' + topic : topic, old = seen[name] ?? (own ? n : began);
    if (own ? n !== old : n > old) moved(topic);
    seen[name] = n;
  }
}
bus.onmessage = ({ data: d }) => {
  if (d.hello) return share();
  if (d.v) return heard(d.v, d.own);
  if (leader || !d.ticket) return;
  const fresh = stream !== d.stream;
  ({ ticket, base, stream, mode } = d);
  root.dataset.live = mode;
  if (fresh) look();
};

/* what shows a topic: [data-live], fetched from [data-live-url] */
const late = new Set(), jobs = {};
const address = el => el.dataset.liveUrl || location.pathname + location.search;
function moved(topic) {
  tell('live', { topic });
  for (const el of $$('[data-live]')) {
    if (el.dataset.live.split(' ').some(t => t === topic || topic.startsWith(t + ':')) && el.checkVisibility()) plan(address(el), (el.dataset.liveEvery || 5) * 1000);
  }
  const id = mine()?.dataset.hear.split('.')[0];
  if (topic === 'look:' + id) look();
  if (topic === 'case:' + id && Date.now() > quiet && (localStorage.getItem('outbox') || '[]') === '[]') after(300, changed);
}
function plan(url, every) {
  const job = jobs[url] ||= { at: 0 };
  if (document.hidden) return late.add(url);
  job.timer ||= after(Math.max(150, job.at + every - Date.now()), () => { job.timer = 0; job.at = Date.now(); renewed(url) });
}
async function renewed(url) {
  const r = await fetch(url, { headers: { 'X-Live': '1' }, cache: 'no-cache' }).catch(() => 0);
  if (!r || r.status !== 200 || r.redirected) return;
  const text = await r.text(), plain = r.headers.get('Content-Type').startsWith('text/plain');
  const page = !plain && new DOMParser().parseFromString(text, 'text/html');
  for (const el of $$('[data-live]')) if (address(el) === url) {
    if (plain) { if (el.textContent !== text) el.textContent = text; continue }   // a number
    const fresh = page.getElementById(el.id);
    if (fresh) { if (held(el)) wait(el, fresh); else put(el, fresh) }
  }
}
function mark() { for (const a of $$('#rail a')) { if (a.pathname === $('#case')?.dataset.url) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current') } }
const held = el => el.contains(document.activeElement) || 'liveHold' in el.dataset && (el.matches(':hover') || $('input:checked', el));
function put(el, fresh) {
  el.news?.remove();
  document.adoptNode(fresh);
  el.replaceWith(fresh);
  window.htmx?.process(fresh);
  tell('swapped');
}
const rows = el => new Map($$('[data-row]', el).map(r => [r.dataset.k || $('a', r)?.pathname, r]));
function wait(el, fresh) {   // nothing jumps under a pointer or a focus: it is said instead
  const now = rows(el), then = rows(fresh), n = [...then.keys()].filter(k => !now.has(k)).length;
  for (const [k, r] of now) r.toggleAttribute('data-gone', !then.has(k) || 'held' in then.get(k).dataset && !('held' in r.dataset));
  el.fresh = fresh;
  if (!now.size && !then.size || !('liveHold' in el.dataset)) return;
  if (!el.news) { el.news = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-s news', onclick: () => put(el, el.fresh) }); el.before(el.news) }
  const text = n ? n + ' new' : 'Changed. Show';
  if (el.news.textContent !== text) { el.news.textContent = text; if (n) say(text) }
}
setInterval(() => { for (const el of $$('[data-live]')) if (el.fresh && !held(el) && !el.news?.matches(':hover,:focus')) put(el, el.fresh) }, 1000);

/* the case on the screen: who else looks, and what changed under it */
const mine = () => $('#case[data-hear]'), passes = () => mine() ? '&c=' + mine().dataset.hear : '';
let shown = '', quiet = 0;
document.addEventListener('handrail:acked', () => { quiet = Date.now() + 1500 });   // what one did oneself is no news
async function look() {
  const pass = mine()?.dataset.hear || '';
  if (mode !== 'live') return;
  if (shown && shown !== pass) {   // put here by a decision, whose answer tells how it stands
    seen['case:' + pass.split('.')[0]] = began + performance.now() * 1000 + 1e6;
    leave();
  }
  shown = pass;
  if (!pass) return;
  const r = await fetch(`${at('hear')}&c=${pass}&look=${document.hidden ? '' : 1}`).catch(() => 0), box = $('#others');
  if (!r?.ok || mine()?.dataset.hear !== pass || !box) return;
  const { others, v } = await r.json(), text = others.length ? `${others.join(', ')} ${others.length > 1 ? 'are' : 'is'} also looking${mine().dataset.mode === 'held' ? ' (read only)' : ''}` : '';
  if (box.textContent !== text) box.textContent = text;
  if (v) heard(v);
}
function leave() { if (shown && ticket) fetch(`${at('hear')}&c=${shown}&look=0`, { keepalive: true }).catch(() => 0); shown = '' }
async function changed() {
  const box = mine(), form = $('#decide');
  if (!box) return;
  const r = await fetch(`${box.dataset.url}now/?version=${form?.version?.value || box.dataset.version}`, { headers: { 'X-Live': '1' } }).catch(() => 0);
  if (!r || r.status !== 200 || r.redirected || box !== mine()) return;
  const news = document.adoptNode(new DOMParser().parseFromString(await r.text(), 'text/html').getElementById('changed'));
  const was = $('#changed');
  if (was?.textContent === news.textContent) return;
  if (was) was.replaceWith(news); else $('.case-head', box).prepend(news);
  if ('lost' in news.dataset) tell('taken');
  box.toggleAttribute('data-stale', 'stale' in news.dataset);
  say(news.textContent);
}
after(0, function beat() { look(); setTimeout(beat, document.hidden ? 6e4 : 2e4) });
document.addEventListener('handrail:swapped', () => { mark(); if ((mine()?.dataset.hear || '') !== shown) look() });
addEventListener('pagehide', leave);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return leave();
  for (const url of late) plan(url, 0);
  late.clear();
  look();
  if (leader && mode === 'poll') { clearTimeout(polling); poll() }
});

const first = () => { for (const el of $$('[data-live-now]')) if (el.checkVisibility()) plan(address(el), 0) };
after(500, first);
document.addEventListener('click', e => { if (e.target.closest('[data-fold]')) first() });

/* one tab leads */
after(800, () => {
  bus.postMessage({ hello: 1 });
  if (leader) return open();
  navigator.locks.request('handrail.live', () => { leader = true; open(); return new Promise(() => { }) });
});
