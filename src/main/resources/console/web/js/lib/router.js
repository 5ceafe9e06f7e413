/** Addresses of pages: `#/connections?service=edge`. Behind the hash, so that the dashboard works below any path of a reverse proxy. */

export function here() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { page: path.split('/')[0] || 'overview', rest: path.split('/').slice(1).map(decodeURIComponent), params: Object.fromEntries(new URLSearchParams(query)) };
}

export function link(page, params = {}, ...rest) {
  const query = new URLSearchParams(Object.entries(params).filter(([, v]) => v !== undefined && v !== null && v !== '')).toString();
  return `#/${[page, ...rest.map(encodeURIComponent)].join('/')}${query ? `?${query}` : ''}`;
}

export function go(page, params, ...rest) {
  location.hash = link(page, params, ...rest);
}

/** Changes the parameters without another step in the browser's history. */
export function amend(changes) {
  const { page, rest, params } = here();
  history.replaceState(null, '', link(page, { ...params, ...changes }, ...rest));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
