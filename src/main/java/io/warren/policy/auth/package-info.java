/** Who may log in: tables of users, inline credentials, clients that need not ask ({@code skipauth}). */
package io.warren.policy.auth;
