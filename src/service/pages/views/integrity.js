/**
 * Integrity: what the log is at this moment, and how anyone checks it without trusting this page.
 */

import {copyButton} from '../copy.js';
import {h} from '../dom.js';
import {counted, number, time} from '../format.js';
import {entryAddress} from '../links.js';
import {fetchCommands} from '../tile_commands.js';

/**
 * What a signed checkpoint says (c2sp.org/tlog-checkpoint): origin, size, root.
 * @param {string} note
 */
export function readCheckpoint(note) {
  const [origin = '', size = '', root = ''] = note.split('\n');
  const bytes = Uint8Array.from(atob(root), (character) => character.charCodeAt(0));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return {origin, size: Number(size), root: hex};
}

/** A text to be run or kept.  @param {string} text @param {string} label @param {string} copyLabel */
function copyable(text, label, copyLabel) {
  return h(
    'div',
    {class: 'command'},
    h('pre', {tabindex: '0', role: 'region', 'aria-label': label}, h('code', {}, text)),
    h('p', {class: 'command-tools'}, copyButton(text, copyLabel)),
  );
}

function facts(checkpoint, status) {
  const fact = (term, ...content) => [h('dt', {}, term), h('dd', {}, ...content)];
  const head = checkpoint.size - 1;
  return h(
    'dl',
    {class: 'facts'},
    ...fact('Log', checkpoint.origin),
    ...fact(
      'Head',
      h('a', {href: entryAddress(head)}, `event ${number(String(head))}`),
      status === null ? null : `, recorded ${time(status.recorded_at)}`,
    ),
    ...fact('Events', number(String(checkpoint.size))),
    ...fact('Root', h('code', {class: 'hash'}, checkpoint.root)),
    ...(status === null
      ? []
      : [
          ...fact('Key', h('code', {class: 'hash'}, status.vkey)),
          ...fact('Fingerprint of the key', h('code', {class: 'hash'}, status.fingerprint)),
          ...fact(
            'Accounts and postings',
            `${number(String(status.accounts))} accounts, ${number(String(status.postings))} postings`,
          ),
        ]),
  );
}

/** @param {{note: string, size: number, base: string, needsToken: boolean, vkey: string}} known */
function wholeLog({note, size, base, needsToken, vkey}) {
  return [
    'mkdir -p log',
    `cat > log/checkpoint <<'END'\n${note.replace(/\n$/, '')}\nEND`,
    fetchCommands({size, base, needsToken}),
    `tally check-log log --vkey '${vkey}'`,
  ].join('\n');
}

/** What is said before the commands: what they trust, and what they take. */
function beforeCommands(status, needsToken) {
  const trust =
    ' is installed, and trusts nothing that this service says: it recomputes every hash and checks the ' +
    'signature. Take the key from somewhere else than this page: from the authority’s site, or from an ' +
    'earlier check.';
  return [
    h('p', {}, 'Each of these runs as typed where ', h('code', {}, 'tally'), trust),
    status === null
      ? h('p', {class: 'notice'}, 'Sign in to have the key filled in for VKEY.')
      : null,
    needsToken
      ? h(
          'p',
          {class: 'notice'},
          'Reading needs a token here: put yours in the shell first, by ',
          h('code', {}, 'read -rs TALLY_TOKEN'),
          '.',
        )
      : null,
  ];
}

function checks({note, checkpoint, status, base, needsToken}) {
  const {size} = checkpoint;
  const vkey = status?.vkey ?? 'VKEY';
  const header = needsToken ? ' -H "Authorization: Bearer $TALLY_TOKEN"' : '';
  const bundle =
    'A figure’s page gives its bundle: the events behind it, each with its proof. Then, with the file ' +
    'that you saved:';
  const growth =
    'Keep today’s checkpoint. Who holds the ledger, in the folder LEDGER, can show at any later time ' +
    'that its log only grew from there:';
  return [
    h('h2', {}, 'Check it yourself'),
    ...beforeCommands(status, needsToken),
    h('h3', {}, 'The whole log, every total, every publication'),
    h(
      'p',
      {},
      `Fetches all ${counted(size, 'event')} and folds them anew: nothing can be left out.`,
    ),
    copyable(
      wholeLog({note, size, base, needsToken, vkey}),
      'Fetch and check the whole log',
      'Copy the commands that check the log',
    ),
    h('h3', {}, 'One figure'),
    h('p', {}, bundle),
    copyable(
      `tally check-bundle bundle.zip --vkey '${vkey}'`,
      'Check a bundle',
      'Copy the command that checks a bundle',
    ),
    h('h3', {}, 'That nothing is rewritten'),
    h('p', {}, growth),
    copyable(
      `curl -fsS${header} '${base}/checkpoint' -o checkpoint-${size}`,
      'Keep the checkpoint',
      'Copy the command that keeps the checkpoint',
    ),
    copyable(
      `tally verify LEDGER --against checkpoint-${size}`,
      'Hold the ledger against it',
      'Copy the command that verifies',
    ),
  ];
}

/** @param {{ok: boolean, at: string, events: number, root: string, seconds: number, fault: {where: string, sequence: number | null} | null}} last */
function lastCheck({ok, at, events, root, fault}) {
  if (ok) {
    return h(
      'p',
      {class: 'notice notice-good'},
      `On ${time(at)} (UTC) every hash, balance, posting and publication of ` +
        `${number(String(events))} events was recomputed, and agreed. The root was then `,
      h('code', {class: 'hash'}, root),
      '.',
    );
  }
  const where = fault === null ? '' : ` The first thing that is wrong: ${fault.where}`;
  return h(
    'p',
    {class: 'notice notice-bad', role: 'alert'},
    `On ${time(at)} (UTC) the check failed.${where}`,
    fault === null || fault.sequence === null ? null : ', ',
    fault === null || fault.sequence === null
      ? null
      : h('a', {href: entryAddress(fault.sequence)}, `event ${number(String(fault.sequence))}`),
    '.',
  );
}

/** What the service says of its own checks; nothing where it makes none or may not say. */
async function selfCheck(context) {
  if (!context.session.isSignedIn) return null;
  try {
    return await context.api.get('/self-check');
  } catch {
    return null; // a service that makes none: the page says how to verify oneself
  }
}

function verifiedSection(check) {
  const {last = null, running = null, every_hours: hours = null} = check ?? {};
  return [
    h('h2', {}, 'When it was last verified'),
    last === null ? null : lastCheck(last),
    running === null
      ? null
      : h(
          'p',
          {},
          `A check is under way: ${number(String(running.done))} of ${number(String(running.all))} events.`,
        ),
    hours === null
      ? null
      : h(
          'p',
          {},
          `The service checks itself every ${hours === 1 ? 'hour' : counted(hours, 'hour')}.`,
        ),
    last !== null
      ? null
      : h(
          'p',
          {},
          check === null
            ? 'The service does not say. '
            : 'The service has not checked itself since it was started. ',
        ),
    h(
      'p',
      {},
      'Whoever holds the ledger runs ',
      h('code', {}, 'tally verify LEDGER'),
      ' at any time: it recomputes everything, and names the first thing that is wrong. The log opens only if it extends the last checkpoint that it issued.',
    ),
  ];
}

export const view = {
  title() {
    return 'Integrity';
  },

  async render(context) {
    const note = await context.api.text('/checkpoint');
    const status = context.session.isSignedIn ? await context.api.get('/status') : null;
    const checkpoint = readCheckpoint(note);
    const base = window.location.origin;
    const needsToken = !context.session.isPublic;
    return h(
      'article',
      {},
      h('h1', {}, 'Integrity'),
      h(
        'p',
        {class: 'lede'},
        'The log is a Merkle tree: its root changes with any bit of any event. Whoever keeps a root can tell whether the log behind it was ever rewritten.',
      ),
      facts(checkpoint, status),
      h('h2', {}, 'Signed checkpoint'),
      h(
        'p',
        {},
        'The head, signed with the log’s key. Keep it: it is what a later log has to extend.',
      ),
      copyable(note, 'The signed checkpoint', 'Copy the checkpoint'),
      ...checks({note, checkpoint, status, base, needsToken}),
      ...verifiedSection(await selfCheck(context)),
    );
  },
};
