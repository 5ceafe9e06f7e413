/** The last hour, kept by the members themselves. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { amend, here } from '../lib/router.js';
import { summed } from '../lib/live.js';
import { count, perSecond, rate } from '../lib/format.js';
import { chart, legend } from '../ui/chart.js';
import { card, empty, memberOptions, notice, segments, select, skeleton } from '../ui/parts.js';
import { TRAFFIC } from './overview.js';

const OPENED = [{ key: 'opened', name: 'New connections', color: 4, area: false }, { key: 'failed', name: 'Failed', color: 3, area: false }];
const COUNT = [{ key: 'connections', name: 'Connections', color: 1, area: true }];

export function charts({ redraw }) {
  const state = { stats: null, error: null, read: '' };

  async function load() {
    const step = here().params.step ?? '10s';
    state.read = step;
    try {
      const stats = await api.get('stats', { step });
      if (state.read !== step) return;
      Object.assign(state, { stats, error: null });
    } catch (e) {
      state.error = e;
    }
    redraw();
  }

  let ticks = 0;
  const timer = setInterval(() => {
    ticks++;
    if ((here().params.step === '1s' || ticks % 5 === 0) && document.visibilityState === 'visible') load();
  }, 2000);
  load();

  return {
    title: 'Charts',
    navigated: () => state.read !== (here().params.step ?? '10s') && load(),
    leave: () => clearInterval(timer),
    view() {
      const { step = '10s', member = '' } = here().params;
      const fine = step === '1s';
      const to = Date.now();
      const span = { from: to - (fine ? 300000 : 3600000), to, gap: fine ? 4000 : 25000 };
      const points = state.stats ? summed(state.stats, member || undefined) : null;
      const stale = (state.stats?.members ?? []).filter((m) => m.state === 'stale').map((m) => m.member);
      return h('div', { class: 'stack' },
        h('div', { class: 'tools' },
          segments('How far back', step, [{ value: '1s', label: '5 minutes' }, { value: '10s', label: '1 hour' }], (v) => amend({ step: v })),
          h('div', { class: 'pick' }, select('chart-member', member, memberOptions('All members together'), (v) => amend({ member: v }), { 'aria-label': 'Member' })),
          h('div', { class: 'end' }, h('a', { class: 'small', href: 'metrics' }, 'Metrics for Prometheus'))),
        state.error && notice('bad', state.error.message),
        stale.length > 0 && notice('warn', `${stale.join(', ')} ${stale.length === 1 ? 'does' : 'do'} not answer; the lines are as far as known.`),
        !points
          ? h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(8)))
          : points.length < 2
            ? h('div', { class: 'card' }, empty('charts', 'No figures yet', 'Members keep a point every second for five minutes and one every ten seconds for an hour.'))
            : [
              plot('Traffic', TRAFFIC, rate, { height: 260, least: 125 }),
              h('div', { class: 'halves' }, plot('Connections', COUNT, count, { least: 4 }), plot('Opened and failed', OPENED, perSecond, { least: 1 })),
              h('div', { class: 'halves' }, (state.stats.members ?? []).filter((m) => !member || m.member === member).map((m) => perMember(m))),
            ]);

      function plot(title, series, format, more) {
        return card(title, h('div', { class: 'stack' }, chart({ id: `charts-${title}`, label: title, points, series, format, ...span, ...more }), legend(series)));
      }

      function perMember(m) {
        const own = summed({ ...state.stats, members: [m] });
        return card([m.member, m.state === 'stale' && h('span', { class: 'tag bad' }, 'Last known')], chart({ id: `charts-member-${m.member}`, label: `Traffic of ${m.member}`, points: own, series: TRAFFIC, format: rate, height: 150, least: 125, ...span }));
      }
    },
  };
}
