/** The part of Trusted Types that we need; TypeScript's own DOM has none of it. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

let isDeclared = false;

/**
 * Lets this realm begin workers from files of its own origin, and from nothing else. Our headers require Trusted
 * Types, so that a string becomes code only through a policy: this one is called `default`, because onnxruntime
 * begins its threads from a plain address. No policy of ours turns a string into a script.
 */
export function trustOwnScripts(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (isDeclared || !trustedTypes) return;
  isDeclared = true;
  trustedTypes.createPolicy('default', {
    createScriptURL(url) {
      const { origin, protocol } = new URL(url, globalThis.location.href);
      if (origin !== globalThis.location.origin || !/^https?:$/.test(protocol)) {
        throw new TypeError(`${url} is no script of this page`);
      }
      return url;
    },
  });
}
