import { useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { send } from "../api/client";
import { explain } from "../api/problem";
import { setToken } from "../api/token";
import { Button, Field } from "../ui/controls";

/** Asks for a token when the server requires one. */
export function SignIn() {
  const [text, setText] = useState("");
  const [remember, setRemember] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const bearer = text.trim();
    // An HTTP header can hold no other characters.
    if (!/^[\x21-\x7e]+$/.test(bearer))
      return setWrong("Paste an API key or a token: printable ASCII characters without spaces.");
    setBusy(true);
    try {
      await send("/api/v1/me", { headers: { authorization: `Bearer ${bearer}` } });
      setToken(bearer, remember);
      setWrong(null);
      await client.resetQueries();
    } catch (error) {
      setWrong(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="card stack sign-in" onSubmit={submit}>
      <div className="stack tight">
        <h1>Sign in</h1>
        <p className="muted">
          This server requires an API key or a token from your identity provider.
        </p>
      </div>
      <Field
        label="API key or token"
        type="password"
        value={text}
        wrong={wrong}
        required
        autoComplete="current-password"
        onChange={(event) => setText(event.target.value)}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={remember}
          onChange={(event) => setRemember(event.target.checked)}
        />
        Keep me signed in on this device
      </label>
      <Button kind="primary" type="submit" busy={busy}>
        Sign in
      </Button>
    </form>
  );
}
