/**
 * smux, versions 1 and 2, as xtaci/smux speaks it: many streams on one. Between two Warren ends a stream also half-closes and can be cut: NOP frames,
 * whose stream id the original ignores, say so (see {@link io.warren.layer.smux.Frame}).
 */
package io.warren.layer.smux;
