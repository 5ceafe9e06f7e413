/** What the member tells us as it happens. One stream for the whole page; views read `live` and are drawn again when it changes. */

import { api } from './api.js';

const MAX_EVENTS = 200;
const WINDOW = 300;
/** A stream that is silent for this long has something wrong with it: the server speaks once a second. */
const SILENCE_MS = 3500;
const RETRY_MS = 1000;

export const live = {
  overview: null,
  /** Our clock when the last overview came. */
  at: 0,
  connected: false,
  events: [],
  /** The last minutes, a point a second: {t, in, out, connections, opened}. */
  series: [],
};

const listeners = new Set();
let source = null;
let watchdog = null;
let changed = () => {};
let lost = () => {};

/** @param listener called with (name, data): overview, member, event, link */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function start(onChange, onLost) {
  changed = onChange;
  lost = onLost;
  stop();
  fill();
  connect();
  watchdog = setInterval(() => {
    const silence = Date.now() - live.at;
    if (live.connected && silence > SILENCE_MS) reconnect();
    // Whatever counts seconds goes on when nothing else brings the page up to date.
    if (silence > 1500) changed();
  }, 1000);
}

export function stop() {
  source?.close();
  source = null;
  clearInterval(watchdog);
  Object.assign(live, { overview: null, at: 0, connected: false, events: [], series: [] });
}

/** Seconds since the member was heard; 0 while it is. */
export function silentFor() {
  return live.at && Date.now() - live.at > SILENCE_MS ? Math.round((Date.now() - live.at) / 1000) : 0;
}

function connect() {
  source?.close();
  const own = new EventSource('cluster/stream');
  source = own;
  own.addEventListener('overview', (e) => overview(JSON.parse(e.data)));
  own.addEventListener('member', (e) => event('member', JSON.parse(e.data)));
  own.addEventListener('event', (e) => event('event', JSON.parse(e.data)));
  own.onerror = () => {
    if (source === own) reconnect();
  };
}

function reconnect() {
  source?.close();
  source = null;
  if (live.connected) {
    live.connected = false;
    tell('link', false);
  }
  changed();
  setTimeout(async () => {
    if (source !== null) return;
    try {
      await api.whoami();
      connect();
    } catch (e) {
      if (e.status === 401) lost();
      else reconnect();
    }
  }, RETRY_MS);
}

function overview(data) {
  // While a member leaves it may be there twice: as one that does not answer, and as one that is gone.
  data.members = [...new Map((data.members ?? []).map((m) => [m.member, m])).values()];
  const wasConnected = live.connected;
  live.overview = data;
  live.at = Date.now();
  live.connected = true;
  const t = data.totals ?? {};
  live.series.push({ t: live.at, in: t.inRate ?? 0, out: t.outRate ?? 0, connections: t.connections ?? 0, opened: t.newRate ?? 0 });
  if (live.series.length > WINDOW) live.series.shift();
  if (!wasConnected) tell('link', true);
  tell('overview', data);
  changed();
}

function event(name, data) {
  if (!live.events.some((e) => e.id === data.id)) {
    live.events.unshift(data);
    live.events.length = Math.min(live.events.length, MAX_EVENTS);
  }
  tell(name, data);
  changed();
}

function tell(name, data) {
  for (const listener of listeners) listener(name, data);
}

/** What happened before this page was opened. */
async function fill() {
  const [stats, events] = await Promise.allSettled([api.get('stats', { step: '1s' }), api.get('events', { limit: 50 })]);
  if (events.status === 'fulfilled') {
    const seen = new Set(live.events.map((e) => e.id));
    live.events.push(...(events.value.items ?? []).filter((e) => !seen.has(e.id)));
  }
  if (stats.status === 'fulfilled') {
    const earlier = summed(stats.value).filter((p) => !live.series.length || p.t < live.series[0].t - 500);
    live.series = [...earlier, ...live.series].slice(-WINDOW);
  }
  changed();
}

/**
 * What is to be looked at, each thing once: several members may warn of the same thing, and the same thing may be the matter with several members, whose
 * names are then in `at`.
 */
export function warnings() {
  const names = (live.overview?.members ?? []).map((m) => m.member);
  const different = new Map();
  for (const w of live.overview?.warnings ?? []) {
    const at = names.find((name) => w.subject?.startsWith(`${name} `));
    const about = at ? w.subject.slice(at.length + 1) : w.subject;
    const key = `${w.code} ${about} ${w.message}`;
    const one = different.get(key) ?? { ...w, key, about, at: new Set() };
    if (at) one.at.add(at);
    different.set(key, one);
  }
  return [...different.values()];
}

/** All members' figures added up, point by point, on the clock of this browser. */
export function summed(stats, only) {
  const step = stats.stepS * 1000;
  const skew = Date.now() - Date.parse(stats.at);
  const points = new Map();
  for (const m of stats.members ?? []) {
    if (only && m.member !== only) continue;
    const from = Date.parse(m.from) + skew;
    (m.in ?? []).forEach((_, i) => {
      const t = Math.round((from + i * step) / step) * step;
      const p = points.get(t) ?? { t, in: 0, out: 0, connections: 0, opened: 0, failed: 0 };
      for (const key of ['in', 'out', 'connections', 'opened', 'failed']) p[key] += m[key]?.[i] ?? 0;
      points.set(t, p);
    });
  }
  return [...points.values()].sort((a, b) => a.t - b.t);
}
