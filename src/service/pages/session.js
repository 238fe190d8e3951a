/**
 * Who is signed in.  The token stays in this tab, and is gone with it.
 */

const KEY = 'tally-token';

/** @typedef {{actor: string, roles: string[], expires: string | null}} Who */

/** @type {{token: string, who: Who} | null} */
let signedIn = restore();
let isPublic = false;

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return kept !== null && typeof kept.token === 'string' && Array.isArray(kept.who?.roles)
      ? kept
      : null;
  } catch {
    return null;
  }
}

export const session = {
  get isSignedIn() {
    return signedIn !== null;
  },
  /** Whether totals, traces and the public log are for anyone.  */
  get isPublic() {
    return isPublic;
  },
  get actor() {
    return signedIn?.who.actor ?? null;
  },
  get roles() {
    return signedIn?.who.roles ?? [];
  },
  get expires() {
    return signedIn?.who.expires ?? null;
  },
  /** @param {'read' | 'record' | 'verify' | 'admin'} role */
  may(role) {
    const roles = signedIn?.who.roles ?? [];
    return roles.includes(role) || roles.includes('admin') || (role === 'read' && roles.length > 0);
  },
  /** @returns {Record<string, string>} */
  headers() {
    return signedIn === null ? {} : {Authorization: `Bearer ${signedIn.token}`};
  },

  /** Learns whether reading needs a token.  */
  async probe() {
    try {
      isPublic = (await fetch('/checkpoint', {credentials: 'omit'})).ok;
    } catch {
      isPublic = false;
    }
  },

  /**
   * @param {string} token
   * @returns {Promise<string | null>} what is wrong with it
   */
  async signIn(token) {
    const answer = await fetch('/api/v1/token', {
      headers: {Authorization: `Bearer ${token}`},
      credentials: 'omit',
    });
    if (answer.status === 401) return 'This token is not known here, has expired, or was revoked.';
    if (!answer.ok)
      return (await answer.json().catch(() => null))?.detail ?? 'The service did not answer.';
    signedIn = {token, who: await answer.json()};
    sessionStorage.setItem(KEY, JSON.stringify(signedIn));
    return null;
  },

  signOut() {
    signedIn = null;
    sessionStorage.removeItem(KEY);
  },
};
