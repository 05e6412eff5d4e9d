// Asks for the token, once a tab.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface SignInProps {
  readonly error: string | undefined;
  readonly onToken: (token: string) => void;
}

export function SignIn({ error, onToken }: SignInProps) {
  const [token, setToken] = useState("");
  const field = useRef<HTMLInputElement>(null);
  // The page has nothing else to do; what is typed takes the place of a wrong one.
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [error]);
  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== "") onToken(token.trim());
        }}
      >
        <h1>
          <img src="/icon.svg" alt="" width="28" height="28" /> spangate
        </h1>
        <p>This page can stop and steer your services, so it asks for the coordinator's token. It stays in this tab.</p>
        <label for="token">Token</label>
        <div class="field">
          <input
            ref={field}
            id="token"
            type="password"
            autocomplete="off"
            spellcheck={false}
            aria-invalid={error !== undefined}
            aria-describedby="token-help"
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
          <button type="submit" class="primary">
            Open
          </button>
        </div>
        {error !== undefined && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <p id="token-help" class="hint">
          <code>spangate serve</code> has told which file it is in. With <code>--print-token</code> it writes an address
          that brings it along.
        </p>
      </form>
    </main>
  );
}
