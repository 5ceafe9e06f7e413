/** A drawer about one row of a list: what it shows is read again as long as it is open, and stays when the row is gone. */

import { api } from '../lib/api.js';
import { amend, here } from '../lib/router.js';
import { dialog } from './layers.js';

const EVERY_MS = 2000;

/**
 * @param spec {path, key: the field that names a row, id: its value, row: as far as known, title(now), body(now), foot(now, self), closed()};
 *     `now` is {row: null until the first answer, gone, read()}
 */
export function drawer(spec) {
  const now = { row: spec.row ?? null, gone: false, read };
  const timer = setInterval(read, EVERY_MS);
  const self = dialog({
    drawer: true,
    title: () => spec.title(now),
    closed: () => {
      clearInterval(timer);
      spec.closed();
      if (here().params.open) amend({ open: undefined });
    },
    body: () => spec.body(now),
    foot: (own) => spec.foot(now, own),
  });
  read();

  async function read() {
    try {
      const page = await api.get(spec.path, { [spec.key]: spec.id, limit: 5 });
      const found = page.items?.find((row) => row[spec.key] === spec.id);
      now.gone = !found;
      now.row = found ?? now.row;
    } catch {
      // The page's banner tells it.
    }
    self.redraw();
  }
}
