import { useSyncExternalStore } from "react";

/**
 * The bearer token of this browser. Without "remember me" it lives as long as the tab; nothing of it
 * is ever put into an address.
 */
const KEY = "ampledata.token";
const listeners = new Set<() => void>();

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

let token = stored();
let refused = false;

function tell(): void {
  for (const listener of listeners) listener();
}

export function currentToken(): string | null {
  return token;
}

export function signIn(given: string, remember: boolean): void {
  token = given;
  refused = false;
  try {
    (remember ? localStorage : sessionStorage).setItem(KEY, given);
  } catch {
    // Where storage is forbidden the token holds until the page is closed.
  }
  tell();
}

export function signOut(): void {
  token = null;
  try {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was stored.
  }
  tell();
}

/** The server answered 401: the shell shows the sign-in screen until there is another token. */
export function tokenRefused(): void {
  if (refused) return;
  refused = true;
  tell();
}

export function isTokenRefused(): boolean {
  return refused;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useToken(): string | null {
  return useSyncExternalStore(subscribe, currentToken);
}

export function useTokenRefused(): boolean {
  return useSyncExternalStore(subscribe, isTokenRefused);
}
