/** The body of an error response: problem+json, RFC 9457. */
interface Problem {
  readonly status: number;
  /** Stable, in kebab case; `offline` when the server could not be reached. */
  readonly code: string;
  /** A sentence in English: what happened and what to do. */
  readonly title: string;
  /** The field of the body or the query at fault, as a path with dots. */
  readonly field?: string;
}

/** An error that the server returned. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;

  constructor({ status, code, title, field }: Problem) {
    super(title);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field ?? null;
  }
}

/** Reads the error of a response; one that is not problem+json gets an error by its status. */
export async function readProblem(response: Response): Promise<ApiError> {
  const { status } = response;
  try {
    const problem = (await response.json()) as Partial<Problem>;
    if (typeof problem.code === 'string' && typeof problem.title === 'string') {
      return new ApiError({ ...(problem as Problem), status });
    }
  } catch {
    // Not JSON: something in front of the server responded.
  }
  return new ApiError({ status, code: 'unknown', title: `The server answered ${status}.` });
}

/** Whether an error says that a resource does not exist or is hidden from the user. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
