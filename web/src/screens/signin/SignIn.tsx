import { useTitle } from "../../app/useTitle";

/** Shown instead of everything else while the server refuses the token: see api/session.ts. */
export default function SignIn() {
  useTitle("Sign in");
  return (
    <div className="screen">
      <h1>Sign in</h1>
    </div>
  );
}
