/** A transport of one layer: TCP with every byte turned by 13 modulo 256 on the wire. */
package io.warren.contract.rot13;
