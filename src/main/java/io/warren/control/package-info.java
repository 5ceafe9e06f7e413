/** What can be known and done about this process and about the other members: commands as values, carried by the event bus, and what each member answers. */
package io.warren.control;
