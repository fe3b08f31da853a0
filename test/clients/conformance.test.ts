import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { letCredentialDelete } from '../support/admin-session.ts';
import { attempt } from '../support/clients/run.ts';
import { useServer } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

/** Kept after the run, for the report of every request. */
const RESULTS = fileURLToPath(new URL('../../test-output/conformance/', import.meta.url));

/** The only part of the suite that is left out: no registry needs it. */
const LEFT_OUT = 'Sparse Manifests';

/** Every API and kind of data, switched on by name, whatever the suite's defaults are. */
const SWITCHES = {
  API: 'PING PULL PUSH REFERRER',
  API_BLOBS: 'ATOMIC DELETE DIGEST_HEADER MOUNT_ANONYMOUS UPLOAD_CANCEL',
  API_MANIFESTS: 'ATOMIC DELETE DIGEST_HEADER TAG_PARAM',
  API_TAGS: 'ATOMIC DELETE LIST',
  DATA: [
    'IMAGE INDEX INDEX_LIST ARTIFACT SUBJECT SUBJECT_MISSING ARTIFACT_LIST SUBJECT_LIST',
    'DATA_FIELD NONDISTRIBUTABLE CUSTOM_FIELDS NO_LAYERS EMPTY_BLOB SHA512',
  ].join(' '),
};

describeWithTools('OCI conformance', ['conformance'], () => {
  const server = useServer();

  test('passes the whole suite of the distribution spec', async () => {
    await rm(RESULTS, { recursive: true, force: true });
    await mkdir(RESULTS, { recursive: true });
    await letCredentialDelete(server.current);
    const env = environment();
    const { code, stdout, stderr } = await attempt(toolPath('conformance'), [], { env });
    await writeFile(`${RESULTS}output.txt`, `${stdout}\n${stderr}`);
    const [apis, data] = await readResults();
    const { counts, cases } = await readCases();
    await writeFile(`${RESULTS}figures.txt`, `${figures(counts, apis, data)}\n`);
    console.log(figures(counts, apis, data));
    expect.soft(cases.filter((line) => !line.startsWith('passed'))).toEqual([]);
    expect.soft(notPassed(apis)).toEqual({});
    expect.soft(notPassed(data)).toEqual({ [LEFT_OUT]: 'Disabled' });
    expect.soft(counts.tests).toBeGreaterThan(980);
    expect(code, `see ${RESULTS}report.html`).toBe(0);
  });

  function environment(): Record<string, string> {
    const { credential, host } = server.current;
    const switches = Object.entries(SWITCHES).flatMap(([group, names]) =>
      names.split(' ').map((name) => `OCI_${group}_${name}`),
    );
    return {
      OCI_VERSION: 'dev',
      OCI_REGISTRY: host,
      OCI_TLS: 'disabled',
      OCI_REPO1: 'library/conformance-1',
      OCI_REPO2: 'library/conformance-2',
      OCI_USERNAME: credential.username,
      OCI_PASSWORD: credential.password,
      OCI_RESULTS_DIR: RESULTS,
      OCI_DATA_SPARSE: 'false',
      ...Object.fromEntries(switches.map((name) => [name, 'true'])),
    };
  }
});

type Statuses = Record<string, string>;

/** Status by API and by kind of data, from the last two maps of results.yaml. */
async function readResults(): Promise<[Statuses, Statuses]> {
  const text = await readFile(`${RESULTS}results.yaml`, 'utf8');
  const section = (name: string) => {
    const [, lines = ''] = text.match(new RegExp(`^${name}:\\n((?: .*\\n?)*)`, 'm')) ?? [];
    const pairs = [...lines.matchAll(/^ {2}(.+): (\w+)$/gm)];
    return Object.fromEntries(pairs.map(([, key = '', status = '']) => [key, status]));
  };
  return [section('apis'), section('data')];
}

/** The single cases of junit.xml, with the suite's own count of them. */
async function readCases() {
  const text = await readFile(`${RESULTS}junit.xml`, 'utf8');
  const cases = [...text.matchAll(/<testcase name="([^"]*)"[^>]*? status="(\w+)"/g)];
  const counts = Object.fromEntries(
    ['tests', 'failures', 'errors', 'skipped', 'disabled'].map((name) => [
      name,
      Number(text.match(new RegExp(`<testsuites[^>]* ${name}="(\\d+)"`))?.[1] ?? 0),
    ]),
  );
  return { counts, cases: cases.map(([, name, status]) => `${status}: ${name}`) };
}

function notPassed(statuses: Statuses): Statuses {
  return Object.fromEntries(Object.entries(statuses).filter(([, status]) => status !== 'Pass'));
}

function figures(counts: Record<string, number>, apis: Statuses, data: Statuses): string {
  const { tests = 0, failures = 0, errors = 0, skipped = 0, disabled = 0 } = counts;
  const passed = (statuses: Statuses) => {
    const all = Object.values(statuses);
    return `${all.filter((status) => status === 'Pass').length} of ${all.length}`;
  };
  return [
    `OCI conformance: ${tests - failures - errors - skipped - disabled} of ${tests} passed,`,
    `${failures} failed, ${errors} errors, ${skipped} skipped, ${disabled} disabled;`,
    `APIs ${passed(apis)}, kinds of data ${passed(data)} (${LEFT_OUT} left out)`,
  ].join(' ');
}
