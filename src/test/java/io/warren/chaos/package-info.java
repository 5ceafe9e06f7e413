/** What the cluster promises, measured on real processes while things go wrong; each promise is a row of a table. */
package io.warren.chaos;
