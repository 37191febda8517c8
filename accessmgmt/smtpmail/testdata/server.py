"""A real SMTP server for the tests: python3 server.py CERT KEY MODE USER PASSWORD.

It says its port, then a line of JSON for each mail that arrived. The name of the
addressee says what is to happen: see the handler."""
import asyncio, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

cert, key, mode, user, password = sys.argv[1:6]
seen = set()

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "refused": return "550 5.1.1 <%s> no such user" % address
        if name == "full": return "552 5.2.2 mailbox full"
        if name == "grey" and address not in seen:
            seen.add(address)
            return "451 4.7.1 come back later"
        if name == "slow": await asyncio.sleep(20)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "spam": return "554 5.7.1 refused, it has " + envelope.content.decode()[-900:].replace("\r\n", " ")
        print(json.dumps({"peer": session.peer[1], "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
            "login": bool(getattr(session, "authenticated", False)), "content": envelope.content.decode("utf-8", "replace")}), flush=True)
        if name == "dies" and address_once(name):
            server.transport.abort()
            return "451 gone"
        return "250 OK"

def address_once(name):
    if name in seen: return False
    seen.add(name)
    return True

def authenticator(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login.decode() == user and data.password.decode() == password)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)

def factory():
    options = {"hostname": "localhost"}
    if mode == "starttls": options |= {"tls_context": context, "require_starttls": True}
    if user: options |= {"authenticator": authenticator, "auth_required": True, "auth_require_tls": mode == "starttls"}
    return SMTP(Handler(), **options)

async def main():
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0, ssl=context if mode == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
