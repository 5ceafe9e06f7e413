/** What happened, and who did what. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { amend, here } from '../lib/router.js';
import { ago, moment, spoken } from '../lib/format.js';
import { phrase } from '../lib/deeds.js';
import { live } from '../lib/live.js';
import { button, empty, segments } from '../ui/parts.js';
import { toast } from '../ui/layers.js';
import { list } from '../ui/list.js';

const KINDS = [{ value: '', label: 'All' }, { value: 'audit', label: 'Actions' }, { value: 'endpoint', label: 'Endpoints' }, { value: 'cluster', label: 'Members' }, { value: 'service', label: 'Services' }, { value: 'config', label: 'Configuration' }];
const LEVELS = { info: '', warn: 'warn', error: 'bad' };

function text(e) {
  const message = phrase(e);
  const about = Object.values(e.fields ?? {}).filter((v) => v && !message.includes(v)).slice(0, 2).map(spoken).join(', ');
  return message + (about ? `: ${about}` : '');
}

/** An event as a line of a short list. */
export function eventItem(e, short) {
  return h('li', { key: e.id, 'data-kind': e.kind },
    h('span', { class: `dot ${LEVELS[e.level] ?? ''}` }),
    h('span', { class: 'grow' }, h('span', { class: 'event-text' }, text(e)), h('span', { class: 'cell-2' }, [e.by && `${e.by} on `, e.member].filter(Boolean).join(''))),
    h('time', { class: 'faint small nowrap', datetime: e.at, title: moment(e.at) }, short ? ago(e.at, Date.parse(live.overview?.at ?? '') || Date.now()) : moment(e.at)));
}

export function events({ redraw }) {
  const rows = list({
    path: 'events',
    noun: ['event', 'events'],
    search: 'Search events',
    filters: { kind: 'Kind', member: 'Member', by: 'By' },
    every: 5000,
    refreshOn: (name) => name === 'event',
    key: (e) => e.id,
    columns: [
      { key: 'at', label: 'Time', cell: (e) => h('span', { class: 'num nowrap' }, moment(e.at)) },
      { key: 'member', label: 'Member', cell: (e) => e.member },
      { key: 'message', label: 'What happened', lead: true, cell: (e) => [h('span', { class: 'row' }, h('span', { class: `dot ${LEVELS[e.level] ?? ''}` }), h('span', {}, phrase(e))), Object.keys(e.fields ?? {}).length > 0 && h('span', { class: 'cell-2 mono' }, Object.entries(e.fields).map(([k, v]) => `${k}=${v}`).join('  '))] },
      { key: 'kind', label: 'Kind', minor: true, cell: (e) => e.kind },
      { key: 'by', label: 'By', lacks: (e) => !e.by, cell: (e) => e.by ? h('button', { type: 'button', class: 'open plain', title: `Only what ${e.by} did`, onclick: () => amend({ by: e.by, page: undefined }) }, e.by) : h('span', { class: 'faint' }, '–') },
      { key: 'result', label: 'Result', lacks: (e) => !e.result, cell: (e) => e.result ? outcome(e.result) : h('span', { class: 'faint' }, '–') },
    ],
    empty: () => empty('events', 'Nothing has happened yet', 'Agents that come and go, members, changed configurations and every action of a user appear here.'),
  }, redraw);

  async function save() {
    try {
      const page = await api.get('events', { ...rows.filter(), limit: 1000 });
      download(`warren-events-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`, JSON.stringify(page.items, null, 2));
      toast('ok', `${page.items.length} events saved.`);
    } catch (e) {
      toast('bad', e.message);
    }
  }

  return {
    title: 'Events',
    navigated: rows.navigated,
    leave: rows.leave,
    view: () => rows.view({
      tools: [segments('Kind', here().params.kind ?? '', KINDS, (v) => amend({ kind: v || undefined, page: undefined })), button('Export', save, { glyph: 'download' })],
    }),
  };
}

/** `done:relay-1,relay-2 stale:relay-3`: what became of an action, and where. */
function outcome(result) {
  return result.split(' ').map((part) => {
    const [what, where] = part.split(':');
    const level = what === 'done' || what === 'unchanged' ? 'ok' : what === 'missing' ? '' : 'bad';
    return [h('span', { class: `tag ${level}` }, what), where && h('span', { class: 'cell-2' }, where.replaceAll(',', ', '))];
  });
}

function download(name, content) {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
