/** Two texts, and what differs between them. */

import { h } from '../lib/dom.js';
import { diff, hunks } from '../lib/diff.js';
import { plural } from '../lib/format.js';

export function diffView(before, after) {
  const lines = diff(before ?? '', after ?? '');
  const shown = hunks(lines);
  if (!shown.length) return h('p', { class: 'dim' }, 'Nothing differs.');
  return h('div', { class: 'diff', tabindex: '0', role: 'region', 'aria-label': 'What changes' }, shown.map((l) => l.kind === 'skipped'
    ? h('div', { class: 'skip-lines' }, `${plural(l.count, 'line')} as before`)
    : h('div', { class: l.kind }, h('span', {}, l.after ?? l.before), h('span', { 'aria-label': { add: 'added', del: 'removed' }[l.kind] }, { add: '+', del: '−', same: ' ' }[l.kind]), h('span', {}, l.text || ' '))));
}
