/** Looking at what passes between a client and its target: which protocol it is and whom it names, for bypasses and records. Changes nothing of it. */
package io.warren.layer.sniff;
