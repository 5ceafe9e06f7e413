/** What the kinds of policy share: lists that are written inline, in a file or behind a URL, and are read again in the background. */
package io.warren.policy;
