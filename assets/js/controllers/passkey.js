import { Controller } from "@hotwired/stimulus";

// Passkeys: asks the browser to make or use one and sends what it gives with the form. Bytes travel as base64url.
// The questions come from a JSON script in the page (data: its id) or are fetched when the button is pressed (url).
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withIds = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

export default class extends Controller {
  static targets = ["credential", "alone"];
  static values = { data: String, url: String, failed: String };

  connect() {
    if (window.PublicKeyCredential) this.element.hidden = false;
  }

  async get() {
    await this.#send(async () => {
      const { publicKey } = (await this.#questions()).request_options;
      const credential = await navigator.credentials.get({
        publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: withIds(publicKey.allowCredentials) },
      });
      const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
      return this.#packed(credential, {
        authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      });
    });
  }

  async create() {
    await this.#send(async () => {
      const { publicKey } = (await this.#questions()).creation_options;
      const alone = this.hasAloneTarget && this.aloneTarget.checked;
      const authenticatorSelection = {
        ...publicKey.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone,
        ...(alone && { userVerification: "required" }),
      };
      const credential = await navigator.credentials.create({
        publicKey: {
          ...publicKey, authenticatorSelection, challenge: bytes(publicKey.challenge), user: { ...publicKey.user, id: bytes(publicKey.user.id) },
          excludeCredentials: withIds(publicKey.excludeCredentials),
        },
      });
      const { attestationObject, clientDataJSON } = credential.response;
      return this.#packed(credential, {
        attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON), transports: credential.response.getTransports?.() || [],
      });
    });
  }

  async #questions() {
    if (this.dataValue) return JSON.parse(document.getElementById(this.dataValue).textContent);
    const answer = await fetch(this.urlValue, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  async #send(ask) {
    try {
      this.credentialTarget.value = JSON.stringify(await ask());
      this.element.submit();
    } catch {
      window.dispatchEvent(new CustomEvent("toast", { detail: { text: this.failedValue, tone: "danger" } }));
    }
  }

  #packed(credential, response) {
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults(),
      authenticatorAttachment: credential.authenticatorAttachment,
    };
  }
}
