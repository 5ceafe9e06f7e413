/** Tables of names that go before every resolver. */
package io.warren.policy.hosts;
