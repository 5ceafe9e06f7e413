/** Wire formats that several protocols share: pure functions over buffers, no I/O. */
package io.warren.codec;
