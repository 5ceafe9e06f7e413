/** The certificates that services use, and how long they last. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { date, plural } from '../lib/format.js';
import { act } from '../ui/layers.js';
import { empty, iconButton } from '../ui/parts.js';
import { list } from '../ui/list.js';

const common = (name) => /CN=([^,]+)/.exec(name ?? '')?.[1] ?? name ?? '–';

export function certificates({ redraw, session }) {
  const rows = list({
    path: 'certificates',
    noun: ['certificate', 'certificates'],
    search: 'Search names, files',
    every: 10000,
    key: (c) => `${c.member} ${c.file} ${c.subject}`,
    columns: [
      { key: 'subject', label: 'Name', lead: true, cell: (c) => [h('b', {}, c.names?.[0] ?? common(c.subject)), c.names?.length > 1 && h('span', { class: 'cell-2' }, c.names.slice(1).join(', '))] },
      { key: 'member', label: 'Member', cell: (c) => c.member },
      { key: 'daysLeft', label: 'Valid', cell: (c) => validity(c) },
      { key: 'issuer', label: 'Issuer', cell: (c) => (c.issuer ? (c.issuer === c.subject ? 'itself' : common(c.issuer)) : '–') },
      { key: 'file', label: 'From', minor: true, cell: (c) => h('span', { class: 'mono' }, c.file ?? 'made at start') },
      { key: 'usedBy', label: 'Used by', cell: (c) => (c.usedBy ?? []).map((u) => h('span', { class: 'cell-2 mono' }, u)) },
    ],
    verbs: session.role !== 'viewer' && ((c) => iconButton('reload', `Read it again on ${c.member}`, () => act(() => api.reload(c.member), `${c.member} has read its files again.`, rows.load))),
    empty: () => empty('certificates', 'No certificates in use', 'Certificates of services with a TLS section appear here with their end, and are warned of two weeks before it.'),
  }, redraw);
  return { title: 'Certificates', navigated: rows.navigated, leave: rows.leave, view: () => rows.view() };
}

function validity(c) {
  if (c.error) return h('span', { class: 'error-text' }, c.error);
  const level = c.daysLeft < 0 ? 'bad' : c.daysLeft < 14 ? 'warn' : 'ok';
  const text = c.daysLeft < 0 ? `Expired ${plural(-c.daysLeft, 'day')} ago` : `${plural(c.daysLeft, 'day')} left`;
  return [h('span', { class: `tag ${level}` }, text), h('span', { class: 'cell-2' }, `until ${date(c.notAfter)}`)];
}
