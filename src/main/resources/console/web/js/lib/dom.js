/**
 * Views are functions that return descriptions of elements; `render` makes the page agree with them and touches only what differs, so that focus,
 * selections and half-typed words survive an update every second. Text is always text: nothing here can turn it into markup.
 */

const SVG = 'http://www.w3.org/2000/svg';
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'selected', 'open', 'indeterminate', 'readOnly', 'hidden']);

/** Elements whose `mounted` is called once they are part of the page. */
const fresh = [];

/** An element: `h('button', {class: 'primary', onclick: save}, 'Save')`. Falsy children are left out. */
export function h(type, props, ...children) {
  return { type, props: props ?? {}, key: props?.key, children: flat(children, []) };
}

function flat(children, out) {
  for (const child of children) {
    if (Array.isArray(child)) flat(child, out);
    else if (child === null || child === undefined || child === false || child === true || child === '') continue;
    else out.push(typeof child === 'object' ? child : { text: String(child) });
  }
  return out;
}

/** Makes the children of `parent` be `view` (one description or several). */
export function render(parent, view) {
  patchChildren(parent, flat([view], []), parent.namespaceURI === SVG);
  for (const [node, mounted] of fresh.splice(0)) mounted(node);
}

function create(view, svg) {
  if (view.text !== undefined) {
    const node = document.createTextNode(view.text);
    node.view = view;
    return node;
  }
  const inSvg = svg || view.type === 'svg';
  const node = inSvg ? document.createElementNS(SVG, view.type) : document.createElement(view.type);
  node.view = { type: view.type, props: {}, children: [] };
  patch(node, view, inSvg);
  if (view.props.mounted) fresh.push([node, view.props.mounted]);
  return node;
}

function patch(node, view, svg) {
  const before = node.view;
  node.view = view;
  if (view.text !== undefined) {
    if (before.text !== view.text) node.data = view.text;
    return;
  }
  for (const name in before.props) {
    if (!(name in view.props)) set(node, name, undefined, before.props[name]);
  }
  for (const name in view.props) {
    if (name !== 'value' && name !== 'checked') set(node, name, view.props[name], before.props[name]);
  }
  if (!view.props.island) patchChildren(node, view.children, svg && view.type !== 'foreignObject');
  // Last: a select has to have its options, an input its limits.
  for (const name of ['value', 'checked']) {
    if (name in view.props && node[name] !== view.props[name]) node[name] = view.props[name];
  }
  view.props.updated?.(node);
}

function set(node, name, value, before) {
  if (name === 'key' || name === 'mounted' || name === 'updated' || name === 'removed' || name === 'island') return;
  if (name.startsWith('on')) {
    node[name] = value ?? null;
  } else if (name === 'style') {
    for (const key in before ?? {}) if (!value || !(key in value)) node.style.removeProperty(key);
    for (const key in value ?? {}) if (!before || before[key] !== value[key]) node.style.setProperty(key, value[key]);
  } else if (value === before) {
    return;
  } else if (PROPERTIES.has(name) && name in node) {
    node[name] = value ?? (typeof node[name] === 'boolean' ? false : '');
  } else if (value === undefined || value === null || value === false) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value === true ? '' : value);
  }
}

function fits(node, view) {
  const had = node.view;
  return had && had.key === view.key && (view.text !== undefined ? had.text !== undefined : had.type === view.type);
}

function patchChildren(parent, views, svg) {
  const keyed = new Map();
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (node.view?.key !== undefined) keyed.set(node.view.key, node);
  }
  let at = parent.firstChild;
  for (const view of views) {
    let node = null;
    if (view.key !== undefined) {
      const candidate = keyed.get(view.key);
      if (candidate && fits(candidate, view)) node = candidate;
    } else {
      let probe = at;
      while (probe && probe.view?.key !== undefined) probe = probe.nextSibling;
      if (probe && fits(probe, view)) node = probe;
    }
    if (!node) {
      node = create(view, svg);
      parent.insertBefore(node, at);
    } else {
      if (node === at) at = at.nextSibling;
      else parent.insertBefore(node, at);
      keyed.delete(view.key);
      patch(node, view, svg || view.type === 'svg');
    }
  }
  while (at) {
    const next = at.nextSibling;
    remove(at);
    at = next;
  }
}

function remove(node) {
  const tell = (n) => {
    n.view?.props?.removed?.(n);
    n.childNodes.forEach(tell);
  };
  tell(node);
  node.remove();
}
