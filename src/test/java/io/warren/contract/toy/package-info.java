/** A protocol of one line: {@code GO host:port}, with user and password behind it where somebody has to log in; {@code OK} or {@code NO reason}. */
package io.warren.contract.toy;
