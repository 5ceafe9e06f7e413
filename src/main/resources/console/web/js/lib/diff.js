/** Which lines differ: the longest common subsequence of two texts. */

const MOST = 4000;

/** @returns {kind: same, add or del; text; before, after: line numbers} for every line */
export function diff(before, after) {
  const a = before.replace(/\n$/, '').split('\n');
  const b = after.replace(/\n$/, '').split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const out = [];
  const same = (i, j) => out.push({ kind: 'same', text: a[i], before: i + 1, after: j + 1 });
  for (let i = 0; i < start; i++) same(i, i);
  middle(a, b, start, a.length - end, b.length - end, out, same);
  for (let i = end; i > 0; i--) same(a.length - i, b.length - i);
  return out;
}

function middle(a, b, start, aEnd, bEnd, out, same) {
  const n = aEnd - start;
  const m = bEnd - start;
  const del = (i) => out.push({ kind: 'del', text: a[i], before: i + 1 });
  const add = (j) => out.push({ kind: 'add', text: b[j], after: j + 1 });
  // Two long texts without anything in common are not worth the square of their length.
  if (n * m > MOST * MOST) {
    for (let i = start; i < aEnd; i++) del(i);
    for (let j = start; j < bEnd; j++) add(j);
    return;
  }
  const table = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      table[i][j] = a[start + i] === b[start + j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && a[start + i] === b[start + j]) same(start + i++, start + j++);
    else if (i < n && (j >= m || table[i + 1][j] >= table[i][j + 1])) del(start + i++);
    else add(start + j++);
  }
}

/** Only what differs, with a few lines around it; `skipped` stands for the rest. */
export function hunks(lines, around = 3) {
  const keep = new Set();
  lines.forEach((l, i) => {
    if (l.kind !== 'same') for (let k = i - around; k <= i + around; k++) keep.add(k);
  });
  const out = [];
  let skipped = 0;
  lines.forEach((l, i) => {
    if (keep.has(i)) {
      if (skipped) out.push({ kind: 'skipped', count: skipped });
      skipped = 0;
      out.push(l);
    } else {
      skipped++;
    }
  });
  if (skipped && out.length) out.push({ kind: 'skipped', count: skipped });
  return out;
}
