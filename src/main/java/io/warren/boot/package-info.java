/** From a configuration to running services, and from a changed one to the difference. */
package io.warren.boot;
