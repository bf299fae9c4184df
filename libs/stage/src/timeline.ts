import { LeaseLostError, type JobRepository, type Status } from '#jobs';

/** Records when a job reaches a status. All times come from one clock, the database's. */
export interface Timeline {
  /**
   * @param token of the lease; the report is rejected once another worker holds the job
   * @throws LeaseLostError; any other error means that the timeline is unavailable
   */
  report(id: string, status: Status, token: string, signal: AbortSignal): Promise<void>;
}

export const LEASE_TOKEN_HEADER = 'x-lease-token';

/** The timeline inside the preprocess service. */
export class LocalTimeline implements Timeline {
  constructor(private readonly jobs: JobRepository) {}

  report(id: string, status: Status, token: string): Promise<void> {
    return this.jobs.stamp(id, status, token);
  }
}

/** Error codes that mean that the caller no longer holds the job. */
const LOST = ['LEASE_LOST', 'JOB_NOT_FOUND'];

/** Time limit of one request. */
const ANSWER_TIMEOUT_MS = 5_000;

/** The timeline over HTTP: `PUT /requestid/<id>/status/<STATUS>` of the preprocess service. */
export class HttpTimeline implements Timeline {
  /** @param serviceToken shared secret of the services, if configured */
  constructor(
    private readonly baseUrl: string,
    private readonly serviceToken?: string,
  ) {}

  async report(id: string, status: Status, token: string, signal: AbortSignal): Promise<void> {
    const url = new URL(`/requestid/${id}/status/${status}`, this.baseUrl);
    const response = await fetch(url, {
      method: 'PUT',
      headers: {
        [LEASE_TOKEN_HEADER]: token,
        ...(this.serviceToken !== undefined && { Authorization: `Bearer ${this.serviceToken}` }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    const body = await response.text();
    if (response.ok) return;
    // A proxy may return 404 while the timeline restarts, so only the error code counts.
    if (LOST.includes(errorCode(body))) throw new LeaseLostError(id);
    const hint = response.status === 401 ? ': SERVICE_TOKEN differs between the services' : '';
    throw new Error(`the timeline at ${this.baseUrl} returned ${response.status}${hint}`);
  }
}

function errorCode(body: string): string {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    return '';
  }
}
