/** Endpoints, the members that hold them, the agents behind: drawn, with what flows. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { live } from '../lib/live.js';
import { link } from '../lib/router.js';
import { count, endpointName, plural, rate } from '../lib/format.js';
import { subscribe } from '../lib/live.js';
import { button, empty, notice, skeleton } from '../ui/parts.js';
import { addAgent } from './add-agent.js';

const MOST = 24;
const ROW = 44;
const BOX = 34;

export function topology({ redraw }) {
  const state = { endpoints: null, total: 0, error: null, focus: null };
  let width = 0;
  let soon = null;

  async function load() {
    try {
      const page = await api.get('endpoints', { limit: MOST, sort: '-connections' });
      Object.assign(state, { endpoints: page.items ?? [], total: page.total ?? 0, error: null });
    } catch (e) {
      state.error = e;
    }
    redraw();
  }

  const timer = setInterval(() => document.visibilityState === 'visible' && load(), 3000);
  const unsubscribe = subscribe((name, event) => {
    if (name === 'member' || (name === 'event' && event.kind === 'endpoint')) {
      clearTimeout(soon);
      soon = setTimeout(load, 200);
    }
  });
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now !== width) {
      width = now;
      redraw();
    }
  });
  load();

  return {
    title: 'Topology',
    leave() {
      clearInterval(timer);
      unsubscribe();
      observer.disconnect();
    },
    view() {
      if (!state.endpoints || !live.overview) return state.error ? notice('bad', state.error.message) : h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(6)));
      if (!state.endpoints.length) return h('div', { class: 'stack' }, membersOnly(), h('div', { class: 'card' }, empty('topology', 'Nothing to draw yet', 'Visitors, members and agents are drawn here once an agent publishes something.', button('Add an agent', addAgent, { kind: 'primary', glyph: 'plus' }))));
      return h('div', { class: 'stack' },
        state.error && notice('bad', state.error.message),
        h('div', { class: 'tools' }, h('p', { class: 'dim grow' }, state.total > state.endpoints.length ? `The ${state.endpoints.length} busiest of ${plural(state.total, 'endpoint')}. ` : '', 'Every member takes visitors of every endpoint; the lines lead through the member that holds the agent’s session.'),
          h('div', { class: 'legend' }, h('span', {}, h('span', { class: 'swatch c1' }), 'in use'), h('span', {}, h('span', { class: 'swatch idle' }), 'idle'))),
        h('div', { class: 'card topo', mounted: (node) => observer.observe(node) }, drawing()));
    },
  };

  function membersOnly() {
    return h('p', { class: 'dim' }, (live.overview.members ?? []).map((m) => m.member).join(', '));
  }

  /** Three columns; each kept short enough to be read, and what is left out is said. */
  function drawing() {
    const members = live.overview.members ?? [];
    const agents = new Map();
    const left = new Map();
    const right = new Map();
    for (const e of state.endpoints) {
      for (const a of e.agents ?? []) {
        const one = agents.get(a.agent) ?? { id: a.agent, connections: 0, endpoints: new Set(), members: new Set() };
        one.connections += a.connections ?? 0;
        one.endpoints.add(e.endpoint);
        one.members.add(a.member);
        agents.set(a.agent, one);
        join(left, e.endpoint, a.member, a.connections ?? 0, { endpoint: e.endpoint, agent: a.agent });
        join(right, a.member, a.agent, a.connections ?? 0, { endpoint: e.endpoint, agent: a.agent });
      }
    }
    const shownAgents = [...agents.values()].sort((a, b) => b.connections - a.connections).slice(0, MOST);
    const w = Math.max(320, width || 900);
    const narrow = w < 620;
    const pad = narrow ? 10 : 24;
    const box = narrow ? Math.floor((w - 2 * pad - 48) / 3) : Math.min(260, Math.floor((w - 2 * pad) * 0.26));
    const rows = Math.max(state.endpoints.length, shownAgents.length, members.length);
    const height = rows * ROW + 52;
    const x = [pad, Math.floor((w - box) / 2), w - pad - box];
    // Spread over the whole height, so that lines have room between few members and many agents.
    const column = (items, key) => new Map(items.map((item, i) => [key(item), Math.round(40 + ((i + 0.5) * rows * ROW) / items.length - BOX / 2)]));
    const ys = [column(state.endpoints, (e) => e.endpoint), column(members, (m) => m.member), column(shownAgents, (a) => a.id)];
    const most = Math.max(1, ...[...left.values(), ...right.values()].map((l) => l.n));

    const lit = (links) => !state.focus || links.some((l) => l.endpoint === state.focus.id || l.agent === state.focus.id || l.member === state.focus.id);
    const paths = (map, from, to, ca, cb) => [...map.values()].filter((l) => ys[ca].has(l.from) && ys[cb].has(l.to)).map((l) => {
      const x1 = x[from] + box;
      const x2 = x[to];
      const y1 = ys[ca].get(l.from) + BOX / 2;
      const y2 = ys[cb].get(l.to) + BOX / 2;
      const mid = (x1 + x2) / 2;
      const bright = lit([...l.ways, { member: l.from }, { member: l.to }]);
      return h('path', {
        key: `${l.from}>${l.to}`,
        class: `topo-link${l.n ? ' used' : ''}${bright ? '' : ' dimmed'}`,
        d: `M${x1} ${y1}C${mid} ${y1} ${mid} ${y2} ${x2} ${y2}`,
        'stroke-width': (1.2 + (l.n / most) * (narrow ? 3 : 5)).toFixed(1),
      });
    });
    const node = (col, id, y, label, sub, href, state_) => {
      const touches = !state.focus || touching(state.focus.id, id, left, right);
      return h('a', {
        key: `${col} ${id}`,
        href,
        class: `topo-node${state_ ? ` ${state_}` : ''}${touches ? '' : ' dimmed'}`,
        'aria-label': `${label}, ${sub}`,
        onmouseenter: () => focus(id),
        onmouseleave: () => focus(null),
        onfocus: () => focus(id),
        onblur: () => focus(null),
      },
      h('title', {}, `${id}: ${sub}`),
      h('rect', { x: x[col], y, width: box, height: BOX, rx: 6 }),
      h('text', { x: x[col] + (narrow ? 8 : 12), y: y + (narrow ? 21 : 21), class: 'topo-name' }, short(label, box - (narrow ? 14 : 24 + 6.2 * String(sub).length), narrow)),
      !narrow && h('text', { x: x[col] + box - 12, y: y + 21, 'text-anchor': 'end', class: 'topo-sub' }, sub));
    };
    return h('svg', { viewBox: `0 0 ${w} ${height}`, width: w, height, role: 'group', 'aria-label': 'Endpoints, members and agents' },
      ['Endpoints', 'Members', 'Agents'].map((title, i) => h('text', { x: x[i], y: 22, class: 'topo-title' }, title, !narrow && i === 2 && agents.size > shownAgents.length && ` (${shownAgents.length} of ${count(agents.size)})`)),
      paths(left, 0, 1, 0, 1), paths(right, 1, 2, 1, 2),
      state.endpoints.map((e) => node(0, e.endpoint, ys[0].get(e.endpoint), `${e.network} ${endpointName(e.endpoint)}`, e.disabled ? 'disabled' : e.connections ? rate((e.inRate ?? 0) + (e.outRate ?? 0)) : 'idle', link('endpoints', { open: e.endpoint }), e.disabled ? 'off' : '')),
      members.map((m) => node(1, m.member, ys[1].get(m.member), m.member, m.state === 'stale' ? 'no answer' : plural(m.connections ?? 0, 'connection'), link('members', { open: m.member }), `member ${m.state}`)),
      shownAgents.map((a) => node(2, a.id, ys[2].get(a.id), a.id, a.connections ? plural(a.connections, 'visitor') : 'idle', link('agents', { open: a.id }))));
  }

  function focus(id) {
    state.focus = id ? { id } : null;
    redraw();
  }
}

function join(map, from, to, n, way) {
  const key = `${from}\n${to}`;
  const l = map.get(key) ?? { from, to, n: 0, ways: [] };
  l.n += n;
  l.ways.push(way);
  map.set(key, l);
}

function touching(focus, id, left, right) {
  if (focus === id) return true;
  for (const l of [...left.values(), ...right.values()]) {
    const names = [l.from, l.to];
    if (names.includes(id) && (names.includes(focus) || l.ways.some((w) => w.endpoint === focus || w.agent === focus))) return true;
  }
  return false;
}

function short(text, room, narrow) {
  const most = Math.max(6, Math.floor(room / (narrow ? 6.3 : 7.2)));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
