/** Which destinations are left out. */
package io.warren.policy.bypass;
