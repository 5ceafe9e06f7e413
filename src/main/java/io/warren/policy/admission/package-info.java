/** Which clients may come in. */
package io.warren.policy.admission;
