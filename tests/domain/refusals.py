"""Refusals with the English and the Spanish message of each, typed by hand; `test_errors` has the shorter rest."""

from datetime import UTC, date, datetime

from cm_tracker.domain import errors
from cm_tracker.domain.errors import BadInput, Problem, Refused

# An error, what it says in English, and what it says in Spanish.
IN_BOTH: list[tuple[Refused, str, str]] = [
    # -- goals, reviews and slips of meetings ---------------------------------------------------
    (
        errors.AlreadySettled(what="goal"),
        "This goal was met or dropped already. Nothing was recorded a second time.",
        "Esta meta ya se cumplió o se retiró. No se registró nada por segunda vez.",
    ),
    (
        errors.AlreadySettled(what="review"),
        "This review was done or dropped already. Nothing was recorded a second time.",
        "Esta revisión ya se hizo o se retiró. No se registró nada por segunda vez.",
    ),
    (
        errors.AlreadySettled(what="slip"),
        "Somebody decided about this slip already. Nothing was recorded a second time.",
        "Alguien ya decidió sobre este comprobante. No se registró nada por segunda vez.",
    ),
    (
        errors.AbsenceRecorded(day=date(2026, 3, 13), visit_id=7),
        "An absence is recorded for Mar 13, 2026. A lead corrects it first: the client came. Then accept the slip; "
        "nothing is paid a second time.",
        "Hay una ausencia registrada el 13 mar 2026. Primero la corrige un responsable: el cliente vino. Después acepte "
        "el comprobante; no se paga nada por segunda vez.",
    ),
    (
        errors.GoalOfThatDay(day=date(2026, 3, 13), visit_id=7),
        "The track has its finished goal of Mar 13, 2026 already, and that one is paid. Choose another day, or let this "
        "goal earn nothing.",
        "La línea ya tiene su meta cumplida del 13 mar 2026, y esa está pagada. Elija otro día, o deje que esta meta no "
        "gane nada.",
    ),
    (
        errors.DatabaseBusy(),
        "Somebody else is saving, and it takes long. Nothing was saved here. Wait a moment, and try again.",
        "Otra persona está guardando, y tarda mucho. Aquí no se guardó nada. Espere un momento e inténtelo de nuevo.",
    ),
    (
        errors.OutcomeUnknown(),
        "The database went away just as this was being saved, so it may be saved or not. Open the page again in a minute, "
        "and look before you send it once more.",
        "La base de datos se desconectó justo mientras esto se guardaba, así que puede estar guardado o no. Abra de nuevo "
        "la página en un minuto y mire antes de enviarlo otra vez.",
    ),
    (
        errors.DiskFull(),
        "The disk of the clinic's computer is full or has failed. Nothing was saved. Keep the record on paper and tell "
        "an administrator. The program works again as soon as the disk has space.",
        "El disco de la computadora de la clínica está lleno o falló. No se guardó nada. Anótelo en papel y avise a un "
        "administrador. El programa vuelve a funcionar en cuanto el disco tenga espacio.",
    ),
    (
        errors.TooManyAtOnce(),
        "Many people are signing in at this moment. Wait a few seconds, and try again.",
        "Muchas personas están entrando en este momento. Espere unos segundos e inténtelo de nuevo.",
    ),
    # -- numbers, and the words that follow from them ------------------------------------------
    (
        errors.TooManyTries(minutes=1),
        "Too many tries. Wait 1 minute, then try again.",
        "Demasiados intentos. Espere 1 minuto e inténtelo de nuevo.",
    ),
    (
        errors.TooManyTries(minutes=10),
        "Too many tries. Wait 10 minutes, then try again.",
        "Demasiados intentos. Espere 10 minutos e inténtelo de nuevo.",
    ),
    (
        errors.PrizesSetAside(count=1),
        "1 prize is set aside for this client. Hand it over or undo it first: it cannot go along.",
        "Hay 1 premio apartado para este cliente. Entréguelo o deshágalo primero: no puede ir con el cliente.",
    ),
    (
        errors.PrizesSetAside(count=2),
        "2 prizes are set aside for this client. Hand them over or undo them first: they cannot go along.",
        "Hay 2 premios apartados para este cliente. Entréguelos o deshágalos primero: no pueden ir con el cliente.",
    ),
    (
        errors.BadSchedule(problems=(Problem("name", "is missing."),)),
        "The schedule has 1 problem.",
        "El esquema tiene 1 problema.",
    ),
    (
        errors.OtherPointValue(value_cents=10, program_cents=25),
        "A point of this schedule is worth $0.10, and a point of this program $0.25. Make a draft of it: its amounts "
        "are converted there.",
        "Un punto de este esquema vale $0.10, y un punto de este programa vale $0.25. Haga un borrador: allí se "
        "convierten sus importes.",
    ),
    (
        errors.VersionNotYet(schedule="Vouchers", starts_on=date(2026, 12, 1)),
        'This version of "Vouchers" takes enrollments from Dec 1, 2026 on. Choose an earlier version until then.',
        "Esta versión de «Vouchers» admite inscripciones a partir del 1 dic 2026. Elija hasta entonces una versión anterior.",
    ),
    (
        errors.OtherCurrency(currency="USD", program_currency="GBP"),
        "The amounts of this schedule are in USD, and this program pays in GBP. Make a draft of it: its numbers stay the "
        "same there, nothing is exchanged, and you change the amounts before you publish.",
        "Los importes de este esquema están en USD, y este programa paga en GBP. Haga un borrador: allí los números quedan "
        "iguales, no se cambia ninguna moneda, y usted corrige los importes antes de publicar.",
    ),
    (
        errors.CurrencyFixed(),
        "The currency is set when the program begins. It cannot change once a schedule is published, a prize is in the "
        "catalog or anything is booked.",
        "La moneda se fija cuando empieza el programa. No puede cambiar una vez que se ha publicado un esquema, que hay un "
        "premio en el catálogo o que se ha registrado algo.",
    ),
    (
        errors.PointValueFixed(),
        "The value of a point is set when the program begins. It cannot change once a schedule is published.",
        "El valor de un punto se fija cuando empieza el programa. No puede cambiar una vez que se ha publicado un "
        "esquema.",
    ),
    (
        errors.BadSchedule(problems=(Problem("name", "is missing."),) * 2),
        "The schedule has 2 problems.",
        "El esquema tiene 2 problemas.",
    ),
    (
        errors.SomebodyElses(minutes=15),
        "Somebody else entered this. They can undo it within 15 minutes; a lead can put it right at any time.",
        "Esto lo introdujo otra persona. Puede deshacerlo durante 15 minutos; un responsable puede corregirlo en "
        "cualquier momento.",
    ),
    (
        errors.SomebodyElses(minutes=1),
        "Somebody else entered this. They can undo it within 1 minute; a lead can put it right at any time.",
        "Esto lo introdujo otra persona. Puede deshacerlo durante 1 minuto; un responsable puede corregirlo en "
        "cualquier momento.",
    ),
    (
        errors.TooLateToUndo(minutes=15),
        "This was entered more than 15 minutes ago. Ask a lead to void or correct it.",
        "Esto se introdujo hace más de 15 minutos. Pida a un responsable que lo anule o lo corrija.",
    ),
    (
        errors.TooLateToUndo(minutes=1),
        "This was entered more than 1 minute ago. Ask a lead to void or correct it.",
        "Esto se introdujo hace más de 1 minuto. Pida a un responsable que lo anule o lo corrija.",
    ),
    (
        errors.OfferIsOld(minutes=10),
        "This offer is more than 10 minutes old. Choose the prize again.",
        "Esta oferta se hizo hace más de 10 minutos. Elija el premio otra vez.",
    ),
    (
        errors.OfferIsOld(minutes=1),
        "This offer is more than 1 minute old. Choose the prize again.",
        "Esta oferta se hizo hace más de 1 minuto. Elija el premio otra vez.",
    ),
    (
        errors.LeadNeeded(lost_cents=125_050, limit_cents=5_000),
        "Prizes worth $1,250.50 are missing, more than $50.00. A lead who did not count has to sign this.",
        "Faltan premios por valor de $1,250.50, más de $50.00. Tiene que firmarlo un responsable que no haya contado.",
    ),
    (
        errors.LeadNeeded(lost_cents=5_000, limit_cents=5_000),
        "Something is missing, and neither of the two people is a lead. A lead has to sign.",
        "Falta algo y ninguna de las dos personas es responsable. Tiene que firmar un responsable.",
    ),
    (
        errors.DataKeyMissing(file="/srv/cm/data.key", is_another=False),
        "/srv/cm/data.key is missing. Without it nobody can read the names and notes of this database, and no new one is "
        "made. Put the file of the backup there.",
        "Falta /srv/cm/data.key. Sin él nadie puede leer los nombres y las notas de esta base de datos, y no se crea "
        "otro. Ponga ahí el archivo de la copia de seguridad.",
    ),
    (
        errors.DataKeyMissing(file="/srv/cm/data.key", is_another=True),
        "/srv/cm/data.key does not open the names and notes of this database. Put the file of the backup there.",
        "/srv/cm/data.key no abre los nombres y las notas de esta base de datos. Ponga ahí el archivo de la copia de "
        "seguridad.",
    ),
    (
        errors.KeyMissing(file="/srv/cm/checkpoint.key", is_another=False),
        "/srv/cm/checkpoint.key is missing. It is the key that signed the checkpoints of this ledger, and no new one is "
        "made. Put the file of the backup there.",
        "Falta /srv/cm/checkpoint.key. Es la clave con la que se firmaron los puntos de control de este libro, y no se "
        "crea otra. Ponga ahí el archivo de la copia de seguridad.",
    ),
    (
        errors.KeyMissing(file="/srv/cm/checkpoint.key", is_another=True),
        "/srv/cm/checkpoint.key is not the key that signed the checkpoints of this ledger. Put the file of the backup "
        "there.",
        "/srv/cm/checkpoint.key no es la clave con la que se firmaron los puntos de control de este libro. Ponga ahí el "
        "archivo de la copia de seguridad.",
    ),
    (
        errors.NothingMissed(day=date(2026, 3, 12), week=3, places=1),
        "Program week 3 already has its 1 paid visit. There was nothing to miss on Mar 12, 2026, so no absence is "
        "recorded.",
        "La semana 3 del programa ya tiene su 1 visita pagada. No había ninguna visita a la que faltar el "
        "12 mar 2026, así que no se registra ninguna ausencia.",
    ),
    (
        errors.NothingMissed(day=date(2026, 3, 12), week=3, places=1, last_week=4),
        "Program weeks 3 to 4 already have their 1 paid visit. There was nothing to miss on Mar 12, 2026, so no absence "
        "is recorded.",
        "Las semanas 3 a 4 del programa ya tienen su 1 visita pagada. No había ninguna visita a la que faltar el "
        "12 mar 2026, así que no se registra ninguna ausencia.",
    ),
    (
        errors.NothingMissed(day=date(2026, 3, 12), week=3, places=5, last_week=4),
        "Program weeks 3 to 4 already have their 5 paid visits. There was nothing to miss on Mar 12, 2026, so no absence "
        "is recorded.",
        "Las semanas 3 a 4 del programa ya tienen sus 5 visitas pagadas. No había ninguna visita a la que faltar el "
        "12 mar 2026, así que no se registra ninguna ausencia.",
    ),
    (
        errors.MostWerePaid(day=date(2026, 3, 12)),
        "All visits that can be paid had taken place. There was nothing to miss on Mar 12, 2026, so no absence is "
        "recorded.",
        "Ya habían tenido lugar todas las visitas que se pueden pagar. No había ninguna visita a la que faltar el "
        "12 mar 2026, así que no se registra ninguna ausencia.",
    ),
    (
        errors.NothingMissed(day=date(2026, 3, 12), week=3, places=2),
        "Program week 3 already has its 2 paid visits. There was nothing to miss on Mar 12, 2026, so no absence is "
        "recorded.",
        "La semana 3 del programa ya tiene sus 2 visitas pagadas. No había ninguna visita a la que faltar el "
        "12 mar 2026, así que no se registra ninguna ausencia.",
    ),
    (
        errors.NotEnoughPoints(balance=1000, cost=2500, point_value_cents=25),
        "This costs 2,500 points ($625.00) and the client has 1,000 ($250.00): 1,500 more are needed ($375.00).",
        "Esto cuesta 2,500 puntos ($625.00) y el cliente tiene 1,000 ($250.00): faltan 1,500 ($375.00).",
    ),
    (
        errors.NotEnoughPoints(balance=0, cost=1, point_value_cents=25),
        "This costs 1 point ($0.25) and the client has 0 ($0.00): 1 more is needed ($0.25).",
        "Esto cuesta 1 punto ($0.25) y el cliente tiene 0 ($0.00): falta 1 ($0.25).",
    ),
    (
        errors.CannotTake(balance=5, unit="points"),
        "The client has 5 points: no more than that can be taken.",
        "El cliente tiene 5 puntos: no se le pueden quitar más.",
    ),
    (
        errors.CannotTake(balance=1, unit="points"),
        "The client has 1 point: no more than that can be taken.",
        "El cliente tiene 1 punto: no se le puede quitar más.",
    ),
    (
        errors.CannotTake(balance=2, unit="draws"),
        "The client has 2 draws: no more than that can be taken.",
        "El cliente tiene 2 sorteos: no se le pueden quitar más.",
    ),
    (
        errors.CannotTake(balance=1, unit="draws"),
        "The client has 1 draw: no more than that can be taken.",
        "El cliente tiene 1 sorteo: no se le puede quitar más.",
    ),
    (
        errors.PointsSpent(spent=55, unit="points"),
        "55 of the points that this paid are spent already. Undo what they were spent on first, or let a lead void or "
        "correct the visit.",
        "Ya se gastaron 55 de los puntos que esto pagó. Deshaga primero aquello en que se gastaron, o deje que un "
        "responsable anule o corrija la visita.",
    ),
    (
        errors.PointsSpent(spent=1, unit="points"),
        "1 of the points that this paid is spent already. Undo what it was spent on first, or let a lead void or "
        "correct the visit.",
        "Ya se gastó 1 de los puntos que esto pagó. Deshaga primero aquello en que se gastó, o deje que un responsable "
        "anule o corrija la visita.",
    ),
    (
        errors.PointsSpent(spent=3, unit="draws"),
        "3 of the draws that this paid are spent already. Undo what they were spent on first, or let a lead void or "
        "correct the visit.",
        "Ya se usaron 3 de los sorteos que esto pagó. Deshaga primero aquello en que se usaron, o deje que un "
        "responsable anule o corrija la visita.",
    ),
    (
        errors.PointsSpent(spent=1, unit="draws"),
        "1 of the draws that this paid is spent already. Undo what it was spent on first, or let a lead void or "
        "correct the visit.",
        "Ya se usó 1 de los sorteos que esto pagó. Deshaga primero aquello en que se usó, o deje que un responsable "
        "anule o corrija la visita.",
    ),
    (
        errors.NotEnoughStock(wanted=3, left=1),
        "3 wanted, 1 left in the cabinet. Choose another prize or book in a delivery.",
        "Se piden 3 y en el armario queda 1. Elija otro premio o registre una entrega.",
    ),
    (
        errors.NotEnoughStock(wanted=3, left=0),
        "3 wanted, 0 left in the cabinet. Choose another prize or book in a delivery.",
        "Se piden 3 y en el armario quedan 0. Elija otro premio o registre una entrega.",
    ),
    (
        errors.LimitReached(count=4, days=7, left=1),
        "One client may have 4 of this prize within 7 days, and this one may have 1 more today. Choose fewer, or "
        "another prize.",
        "Un cliente puede recibir 4 de este premio en 7 días, y este puede recibir hoy 1 más. Elija menos, u otro "
        "premio.",
    ),
    (
        errors.LimitReached(count=4, days=1, left=0),
        "One client may have 4 of this prize in 1 day, and this one may have 0 more today. Choose fewer, or another "
        "prize.",
        "Un cliente puede recibir 4 de este premio en 1 día, y este puede recibir hoy 0 más. Elija menos, u otro "
        "premio.",
    ),
    (
        errors.LimitReached(count=1000, days=None, left=2),
        "One client may have 1,000 of this prize in all, and this one may have 2 more today. Choose fewer, or another "
        "prize.",
        "Un cliente puede recibir 1,000 de este premio en total, y este puede recibir hoy 2 más. Elija menos, u otro "
        "premio.",
    ),
    (
        errors.PrizeToCheck(words=("beer", "wine"), price_cents=600, retail_cents=1500, is_far=True),
        "The name says: beer, wine. Alcohol, tobacco, vapes, cannabis, weapons, lottery tickets and cash may never be a "
        "reward, and no gift card may buy them. The price is $6.00 and the retail value is $15.00. A prize costs what "
        "it is worth in a shop, because the ceilings count points at that worth. If this prize is right as it is, say "
        "so below and save again.",
        "El nombre dice: beer, wine. El alcohol, el tabaco, los vapeadores, el cannabis, las armas, los billetes de "
        "lotería y el dinero en efectivo nunca pueden ser un premio, y ninguna tarjeta de regalo puede comprarlos. El "
        "precio es $6.00 y el valor en la tienda es $15.00. Un premio cuesta lo que vale en una tienda, porque los "
        "límites cuentan los puntos por ese valor. Si este premio está bien así, confírmelo abajo y guárdelo otra vez.",
    ),
    (
        errors.PriceChanged(price_points=1240),
        "The price has changed to 1,240 points since the page was opened. Look again, then redeem.",
        "El precio cambió a 1,240 puntos desde que se abrió la página. Mírelo otra vez y después canjee.",
    ),
    (
        errors.PriceChanged(price_points=1),
        "The price has changed to 1 point since the page was opened. Look again, then redeem.",
        "El precio cambió a 1 punto desde que se abrió la página. Mírelo otra vez y después canjee.",
    ),
    (
        errors.NotEnoughToTrade(has=1, needed=5),
        "5 are needed, and 1 can be put together of what was drawn in time. Nothing was taken.",
        "Se necesitan 5, y de lo sorteado a tiempo hay 1. No se descontó nada.",
    ),
    (
        errors.TooManyHandedBack(needed=1),
        "No more than 1 of them has to come back. Take the others away.",
        "No hace falta devolver más de 1. Quite los demás.",
    ),
    (
        errors.TooManyHandedBack(needed=0),
        "No more than 0 of them have to come back. Take the others away.",
        "No hace falta devolver más de 0. Quite los demás.",
    ),
    (
        errors.ProofRefused(what="password"),
        "That is not your password.",
        "Esa no es su contraseña.",
    ),
    (
        errors.ProofRefused(what="passkey"),
        "That passkey was not accepted. Try again, or use another way.",
        "Esa llave de acceso no fue aceptada. Inténtelo de nuevo o use otra forma.",
    ),
    (
        errors.ProofRefused(what="code"),
        "That code is not right, or it was used already. Type the newest code from your app, or a recovery code.",
        "Ese código no es correcto o ya se usó. Escriba el código más nuevo de su aplicación o un código de recuperación.",
    ),
    (
        errors.CodeRefused(),
        "The name or the code is not right, or the code was used already or is too old. Ask for a new one.",
        "El nombre o el código no son correctos, o el código ya se usó o venció. Pida uno nuevo.",
    ),
    (
        errors.MakersBrowser(),
        "Whoever made this code signs in in this browser, and nobody else does. Set your password in another browser, such as "
        "your own phone's.",
        "En este navegador solo entra quien hizo este código. Elija su contraseña en otro navegador, por ejemplo el de su "
        "teléfono.",
    ),
    (
        errors.StepOver(),
        "That took too long. Type your user name and your password again.",
        "Tardó demasiado. Escriba de nuevo su nombre de usuario y su contraseña.",
    ),
    (
        errors.SecretsKeyMissing(file="/srv/cm/secrets.key", is_another=False),
        "/srv/cm/secrets.key is missing, so no code of an authenticator app can be checked. Put the file of the backup there. "
        "Until then, use a passkey or a recovery code.",
        "Falta /srv/cm/secrets.key, así que no se puede comprobar ningún código de una aplicación. Ponga ahí el archivo de la "
        "copia de seguridad. Hasta entonces, use una llave de acceso o un código de recuperación.",
    ),
    (
        errors.SecretsKeyMissing(file="/srv/cm/secrets.key", is_another=True),
        "/srv/cm/secrets.key is not the key that sealed the secrets of authenticator apps. Put the file of the backup there. "
        "Until then, use a passkey or a recovery code.",
        "/srv/cm/secrets.key no es la llave que selló los secretos de las aplicaciones de códigos. Ponga ahí el archivo de la "
        "copia de seguridad. Hasta entonces, use una llave de acceso o un código de recuperación.",
    ),
    (
        errors.CareNeedsALead(),
        "An admin who works with clients sees their records, so a lead of the site gives that role. Ask a lead.",
        "Un administrador que atiende a clientes ve sus expedientes; por eso esa función la asigna un responsable de la sede. "
        "Pida a un responsable que lo haga.",
    ),
    (
        errors.BoughtYourself(),
        "You bought for this cabinet, or booked a delivery into it, since it was last counted. Somebody else has to count "
        "and sign.",
        "Desde el último recuento usted compró para este armario o registró una entrega en él. Otra persona tiene que contar "
        "y firmar.",
    ),
    (
        errors.HandedOutByYou(),
        "You handed this prize out yourself. A lead who did not has to take it back, or book it as lost.",
        "Este premio lo entregó usted. Un responsable que no lo entregó tiene que aceptarlo de vuelta o registrarlo como "
        "perdido.",
    ),
    (
        errors.PinSetByYou(),
        "You set this client's PIN today, so somebody else has to hand this out. If nobody else is there, say why the client "
        "does not use the PIN.",
        "Usted estableció hoy el PIN de este cliente; por eso otra persona tiene que entregar esto. Si no hay nadie más, diga "
        "por qué el cliente no usa el PIN.",
    ),
    (
        errors.WeakPassword(why="short", least=12),
        "A password needs at least 12 characters. Four words that have nothing to do with each other are good.",
        "La contraseña necesita al menos 12 caracteres. Cuatro palabras sin relación entre sí sirven bien.",
    ),
    (
        errors.WeakPassword(why="common", least=12),
        "Many people use this password, so it is tried first. Choose a few words that have nothing to do with each other.",
        "Mucha gente usa esta contraseña y por eso es la primera que se prueba. Elija unas palabras sin relación entre sí.",
    ),
    (
        errors.WeakPassword(why="name", least=12),
        "A password may not contain your name or your user name. Choose other words.",
        "La contraseña no puede contener su nombre ni su nombre de usuario. Elija otras palabras.",
    ),
    (
        errors.WeakPassword(why="in order", least=12),
        "A password may not contain five letters or digits in order, such as 12345, abcde or qwert. Leave them out, or "
        "choose other words.",
        "La contraseña no puede contener cinco letras o cifras seguidas, como 12345, abcde o qwert. Quítelas o elija otras "
        "palabras.",
    ),
    (
        errors.WeakPassword(why="repeated", least=12),
        "A password may not repeat itself. Choose a few different words.",
        "La contraseña no puede repetirse. Elija unas palabras diferentes.",
    ),
    (
        errors.WeakPin(is_common=False, least=6),
        "A PIN has at least 6 digits here, and at most 8. Type it again.",
        "Un PIN tiene aquí al menos 6 cifras y no más de 8. Escríbalo otra vez.",
    ),
    (
        errors.WeakPin(is_common=True, least=6),
        "This PIN is easily guessed. Choose one that is not a year, a row such as 1234 or 2580, or a repetition such as "
        "1212.",
        "Este PIN es fácil de adivinar. Elija uno que no sea un año, una serie como 1234 o 2580, ni una repetición como "
        "1212.",
    ),
    (
        errors.AlreadyDrawn(number=1073),
        "Draw 1,073 was made already, perhaps on another screen. Nothing more was drawn; look at what came of it.",
        "El sorteo 1,073 ya se hizo, quizá en otra pantalla. No se sorteó nada más; vea qué salió.",
    ),
    # -- days and instants ---------------------------------------------------------------------
    (
        errors.WeekHasHours(week=3, visit_id=7),
        "The hours of program week 3 are already recorded. Nothing was paid a second time. If they are wrong, a lead "
        "corrects them.",
        "Las horas de la semana 3 del programa ya están registradas. No se pagó nada por segunda vez. Si son "
        "incorrectas, las corrige un responsable.",
    ),
    (
        errors.HoursInDoubt(minutes=5400, meant=540),
        "90 h in one week? You probably mean 9.0. Correct it, or tick below that it is right.",
        "¿90 h en una semana? Probablemente son 9.0. Corríjalo, o marque abajo que es correcto.",
    ),
    (
        errors.HoursInDoubt(minutes=1290, expected=600),
        "21:30 h, where 10 h were expected? Correct it, or tick below that it is right.",
        "¿21:30 h, cuando estaban previstas 10 h? Corríjalo, o marque abajo que es correcto.",
    ),
    (
        errors.WeekNotOver(week=3, last_day=date(2026, 3, 22)),
        "Program week 3 lasts until Mar 22, 2026. Its hours can be entered from the day after on.",
        "La semana 3 del programa dura hasta el 22 mar 2026. Sus horas pueden introducirse a partir del día siguiente.",
    ),
    (
        errors.WeekNotOver(week=3, last_day=None),
        "Program week 3 has no last day yet, so its hours cannot be entered.",
        "La semana 3 del programa aún no tiene último día, así que sus horas no pueden introducirse.",
    ),
    (
        errors.SameVisit(day=date(2026, 3, 2), visit_id=7),
        "This visit is already recorded (Mar 2, 2026). Nothing was paid a second time.",
        "Esta visita ya está registrada (2 mar 2026). No se pagó nada por segunda vez.",
    ),
    (
        errors.SameSpecimen(specimen_id="U77", day=date(2026, 3, 2), visit_id=7),
        "Specimen U77 was already recorded at this site (Mar 2, 2026). Check the label on the cup.",
        "La muestra U77 ya se registró en esta sede (2 mar 2026). Revise la etiqueta del frasco.",
    ),
    (
        errors.BeforeEnrollment(day=date(2026, 2, 28), starts_on=date(2026, 3, 2)),
        "Feb 28, 2026 is before the enrollment's first day (Mar 2, 2026). Correct the date.",
        "El día 28 feb 2026 es anterior al primer día de la inscripción (2 mar 2026). Corrija la fecha.",
    ),
    (
        errors.InTheFuture(day=date(2027, 1, 1)),
        "Jan 1, 2027 is in the future. A visit can be recorded once it has taken place.",
        "El día 1 ene 2027 todavía no ha llegado. Una visita se puede registrar cuando ya ha tenido lugar.",
    ),
    (
        errors.OutsideSchedule(day=date(2026, 6, 1), week=14, last_week=12),
        "Jun 1, 2026 falls in program week 14; the schedule ends with week 12.",
        "El día 1 jun 2026 cae en la semana 14 del programa; el esquema termina con la semana 12.",
    ),
    (
        errors.DayPaused(day=date(2026, 6, 1)),
        "The enrollment is paused on Jun 1, 2026: no visit falls on that day.",
        "La inscripción está en pausa el 1 jun 2026: ese día no hay ninguna visita.",
    ),
    (
        errors.VisitInPause(day=date(2026, 6, 1), visit_id=7),
        "A visit is recorded on Jun 1, 2026, so the client was not away on that day. Choose other days, or have a lead "
        "void the visit first.",
        "Hay una visita registrada el 1 jun 2026, así que el cliente no estuvo ausente ese día. Elija otros días, o pida "
        "a un responsable que anule antes la visita.",
    ),
    (
        errors.BookedSince(),
        "Something else was booked for this client since then, so this can no longer be undone. Ask a lead to void or "
        "correct it.",
        "Desde entonces se anotó otra cosa para este cliente, así que esto ya no se puede deshacer. Pida a un responsable "
        "que lo anule o lo corrija.",
    ),
    (
        errors.VoidedDay(day=date(2026, 3, 4)),
        "A visit of Mar 4, 2026 was taken away. Void this one, and enter it on that day as a new one.",
        "Se retiró una visita del 4 mar 2026. Anule esta e introdúzcala en ese día como nueva.",
    ),
    (
        errors.AlreadyEnrolled(schedule="Voucher ladder", ends_on=date(2026, 5, 24)),
        'The client is enrolled in "Voucher ladder" until May 24, 2026. A second enrollment can start after that day.',
        "El cliente está inscrito en «Voucher ladder» hasta el 24 may 2026. Una segunda inscripción puede empezar "
        "después de ese día.",
    ),
    (
        errors.AlreadyEnrolled(schedule="Voucher ladder", ends_on=None),
        'The client is enrolled in "Voucher ladder", which is paused. End that enrollment first.',
        "El cliente está inscrito en «Voucher ladder», que está en pausa. Termine antes esa inscripción.",
    ),
    (
        errors.MaybeKnown(count=1),
        "1 client of this site has this name or one that sounds like it. Look whether it is the same person.",
        "1 cliente de esta sede tiene este nombre o uno que suena parecido. Mire si es la misma persona.",
    ),
    (
        errors.MaybeKnown(count=3),
        "3 clients of this site have this name or one that sounds like it. Look whether one of them is the same person.",
        "3 clientes de esta sede tienen este nombre o uno que suena parecido. Mire si alguno de ellos es la misma "
        "persona.",
    ),
    (
        errors.BothEnrolled(code="HS-2", other="HS-1"),
        "HS-2 and HS-1 are both enrolled. End one of the two enrollments first.",
        "HS-2 y HS-1 están inscritos los dos. Termine antes una de las dos inscripciones.",
    ),
    (
        errors.AtTwoSites(code="MR-1", other="HS-1"),
        "MR-1 and HS-1 belong to two sites. Only records of one site can be merged.",
        "MR-1 y HS-1 pertenecen a dos sedes. Solo se pueden unir expedientes de una misma sede.",
    ),
    (
        errors.SiteNotReady(site_id=3, site="Lake View", count=1),
        "Lake View is not ready for its first client: 1 point of its checklist is open.",
        "Lake View no está listo para su primer cliente: queda 1 punto de su lista por hacer.",
    ),
    (
        errors.SiteNotReady(site_id=3, site="Lake View", count=7),
        "Lake View is not ready for its first client: 7 points of its checklist are open.",
        "Lake View no está listo para su primer cliente: quedan 7 puntos de su lista por hacer.",
    ),
    (
        errors.OneIsPractice(code="HS-2", other="HS-1"),
        "One of HS-2 and HS-1 is a practice client, so they are not the same person.",
        "Uno de HS-2 y HS-1 es un cliente de práctica, así que no son la misma persona.",
    ),
    (
        errors.NotReadyToMerge(code="HS-2", unfinished="offer"),
        "A prize is offered to HS-2. Let the client answer, or withdraw the offer.",
        "A HS-2 se le ofrece un premio. Deje que el cliente responda o retire la oferta.",
    ),
    (
        errors.NotReadyToMerge(code="HS-2", unfinished="draws"),
        "HS-2 has begun to draw. Let the client make the draws that are left first.",
        "HS-2 ha empezado a sortear. Deje antes que el cliente haga los sorteos que le quedan.",
    ),
    (
        errors.NotReadyToMerge(code="HS-2", unfinished="set aside"),
        "A prize is set aside for HS-2. Hand it over first, or undo the redemption.",
        "Hay un premio apartado para HS-2. Entréguelo antes o deshaga el canje.",
    ),
    (
        errors.NotReadyToMerge(code="HS-2", unfinished="adjustment"),
        "An adjustment for HS-2 waits for a second lead. Let it be decided first.",
        "Un ajuste para HS-2 espera a un segundo responsable. Haga que se decida antes.",
    ),
    (
        errors.NotReadyToMerge(code="HS-2", unfinished="merge"),
        "A merge of HS-2 waits for a second lead already. Let it be decided first.",
        "Una unión de HS-2 ya espera a un segundo responsable. Haga que se decida antes.",
    ),
    (errors.MergeDecided(decision="approved"), "This merge was approved already.", "Esta unión ya se aprobó."),
    (errors.MergeDecided(decision="declined"), "This merge was declined already.", "Esta unión ya se rechazó."),
    (errors.MergeDecided(decision="withdrawn"), "This merge was withdrawn already.", "Esta unión ya se retiró."),
    (
        errors.AlreadyEnded(day=date(2026, 6, 1)),
        "This enrollment has ended: its last day was Jun 1, 2026. Take the end back first, or enroll the client again.",
        "Esta inscripción terminó: su último día fue el 1 jun 2026. Anule antes el fin, o inscriba al cliente otra vez.",
    ),
    (
        errors.AlreadyPaused(since=date(2026, 6, 1)),
        "This enrollment has been paused since Jun 1, 2026. Resume it first.",
        "Esta inscripción está en pausa desde el 1 jun 2026. Reanúdela primero.",
    ),
    (
        errors.EnrollmentEnded(day=date(2026, 6, 3), ended_on=date(2026, 6, 1)),
        "The enrollment ended on Jun 1, 2026, and Jun 3, 2026 is after that day.",
        "La inscripción terminó el 1 jun 2026, y el 3 jun 2026 es posterior a ese día.",
    ),
    (
        errors.MistakeHasVisits(count=1),
        "This enrollment has 1 visit. Have a lead void it first, or choose another reason.",
        "Esta inscripción tiene 1 visita. Pida a un responsable que la anule antes, o elija otro motivo.",
    ),
    (
        errors.MistakeHasVisits(count=2),
        "This enrollment has 2 visits. Have a lead void them first, or choose another reason.",
        "Esta inscripción tiene 2 visitas. Pida a un responsable que las anule antes, o elija otro motivo.",
    ),
    (
        errors.VisitAfterEnd(day=date(2026, 6, 3), visit_id=7),
        "A visit is recorded on Jun 3, 2026. The enrollment cannot end before that day. Choose a later day, or have a "
        "lead void the visit first.",
        "Hay una visita registrada el 3 jun 2026. La inscripción no puede terminar antes de ese día. Elija un día "
        "posterior, o pida a un responsable que anule antes la visita.",
    ),
    (
        errors.AlreadyReturned(undone_at=datetime(2026, 3, 2, 22, 5, tzinfo=UTC), time_zone="America/Chicago"),
        "This redemption was undone already; the points are back since Mar 2, 2026, 4:05 PM.",
        "Este canje ya se deshizo (2 mar 2026, 4:05 p. m.); los puntos están de vuelta.",
    ),
    # -- names and lists -----------------------------------------------------------------------
    (
        errors.NotFound(what="client"),
        "There is no such client at your sites.",
        "Ese cliente no existe en sus sedes.",
    ),
    (
        errors.NotFound(what="schedule version"),
        "There is no such schedule version at your sites.",
        "Esa versión del esquema no existe en sus sedes.",
    ),
    (
        errors.NotAllowed(roles={"lead"}),
        "Your role (lead) may not do this. Ask a program lead.",
        "Su función (responsable) no permite hacer esto. Pregunte a un responsable del programa.",
    ),
    (
        errors.NotAllowed(roles={"coordinator"}),
        "Your role (coordinator) may not do this. Ask a program lead.",
        "Su función (coordinación) no permite hacer esto. Pregunte a un responsable del programa.",
    ),
    (
        errors.NotAllowed(roles={"auditor"}),
        "Your role (auditor) may not do this. Ask a program lead.",
        "Su función (auditoría) no permite hacer esto. Pregunte a un responsable del programa.",
    ),
    (
        errors.NotAllowed(roles={"admin"}),
        "Your role (admin) may not do this. Ask a program lead.",
        "Su función (administración) no permite hacer esto. Pregunte a un responsable del programa.",
    ),
    (
        errors.Taken(what="code", value="HS-1"),
        'The code "HS-1" is already in use. Choose another one.',
        "El código «HS-1» ya está en uso. Elija otro.",
    ),
    (
        errors.Taken(what="name", value="Travel mug"),
        'The name "Travel mug" is already in use. Choose another one.',
        "El nombre «Travel mug» ya está en uso. Elija otro.",
    ),
    (
        errors.Taken(what="user name", value="rosa"),
        'The user name "rosa" is already in use. Choose another one.',
        "El nombre de usuario «rosa» ya está en uso. Elija otro.",
    ),
    (
        errors.CardsMisread(places=(2,)),
        "Give only the last four digits of each card: look at number 2 of your list again. The whole number never "
        "belongs here.",
        "Dé solo las cuatro últimas cifras de cada tarjeta: revise el número 2 de su lista. El número completo nunca "
        "va aquí.",
    ),
    (
        errors.CardsMisread(places=tuple(range(1, 14))),
        "Give only the last four digits of each card: look at number 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more of your "
        "list again. The whole number never belongs here.",
        "Dé solo las cuatro últimas cifras de cada tarjeta: revise el número 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 y 3 más de "
        "su lista. El número completo nunca va aquí.",
    ),
    (
        errors.StrangeCards(last_fours=("0008", "4821", "9999")),
        "No card that ends in 0008, 4821 or 9999 was booked in here. Look again, or let a lead book in what was "
        "delivered.",
        "Aquí no se registró ninguna tarjeta que termine en 0008, 4821 o 9999. Mire otra vez, o deje que un "
        "responsable registre lo que se entregó.",
    ),
    (
        errors.NeverAReward(category="cash_card"),
        "Cash card may never be a reward.",
        "Una tarjeta de efectivo nunca puede ser una recompensa.",
    ),
    (
        errors.NoHeadroom(scope="calendar_year"),
        "Under the ceiling for the calendar year there is no room for a larger prize now. What was drawn stays the "
        "client's.",
        "Dentro del límite del año no cabe ahora un premio mayor. Lo que se sorteó sigue siendo del cliente.",
    ),
    (
        errors.AlreadyDecided(decision="declined"),
        "This adjustment was declined already.",
        "Este ajuste ya se rechazó.",
    ),
    (
        errors.ReasonMissing(),
        "Say why, so that everybody can understand it later.",
        "Diga por qué, para que todos puedan entenderlo más tarde.",
    ),
    (
        errors.ReasonMissing(way="answer"),
        "Write the number or the date of the report.",
        "Escriba el número o la fecha del informe.",
    ),
    # -- a sentence that is given where it is raised -------------------------------------------
    (
        BadInput("Choose at least one site.", "site_ids"),
        "Choose at least one site.",
        "Elija al menos una sede.",
    ),
    (
        BadInput("Give a quantity from 1 to %(most)s.", "quantity", most=10_000),
        "Give a quantity from 1 to 10,000.",
        "Dé una cantidad de 1 a 10,000.",
    ),
    (
        BadInput("The client %(code)s is enrolled already, from %(day)s on.", code="HS-1", day=date(2026, 3, 2)),
        "The client HS-1 is enrolled already, from Mar 2, 2026 on.",
        "El cliente HS-1 ya está inscrito, desde el 2 mar 2026.",
    ),
    (
        BadInput(
            "The mapping is not right: %(problems)s.",
            problems=(
                BadInput("%(key)s is not a key of a mapping", key="extra"),
                BadInput("%(name)s must be an object of words", name="analytes"),
            ),
        ),
        "The mapping is not right: extra is not a key of a mapping; analytes must be an object of words.",
        "La correspondencia no es correcta: extra no es una clave de una correspondencia; analytes debe ser un objeto "
        "de palabras.",
    ),
    # -- what a client or a nurse meets most ---------------------------------------------------
    (
        errors.SignInRefused(),
        "The name or the password is not right.",
        "El nombre o la contraseña no son correctos.",
    ),
    (
        errors.SignInWaits(minutes=1),
        "Too many wrong passwords. Wait 1 minute, then try again. In a browser where you signed in before, you may try at "
        "once; a lead or an admin can end the wait.",
        "Demasiadas contraseñas incorrectas. Espere 1 minuto e inténtelo de nuevo. En un navegador donde ya inició sesión "
        "puede intentarlo enseguida; un responsable o un administrador puede terminar la espera.",
    ),
    (
        errors.SignInWaits(minutes=8),
        "Too many wrong passwords. Wait 8 minutes, then try again. In a browser where you signed in before, you may try "
        "at once; a lead or an admin can end the wait.",
        "Demasiadas contraseñas incorrectas. Espere 8 minutos e inténtelo de nuevo. En un navegador donde ya inició sesión "
        "puede intentarlo enseguida; un responsable o un administrador puede terminar la espera.",
    ),
    (
        errors.KioskRefused(),
        "The code or the PIN is not right.",
        "El código o el PIN no son correctos.",
    ),
    (
        errors.PairingRefused(),
        "This code is not right, or its ten minutes are over. Ask a lead for a new one.",
        "Este código no es correcto o ya pasaron sus diez minutos. Pida uno nuevo a la persona responsable.",
    ),
    (
        errors.ApprovalRefused(),
        "This user name and password cannot approve a PIN here.",
        "Con este nombre de usuario y esta contraseña no se puede aprobar un PIN aquí.",
    ),
    (
        errors.NobodyHere(),
        "Nobody at this site has this code. Look at the code and type it again.",
        "Nadie en esta sede tiene este código. Mire el código y escríbalo otra vez.",
    ),
    (
        errors.HasPin(),
        "There is a PIN for this code already. Staff can set a new one on the client's page.",
        "Ya hay un PIN para este código. El personal puede poner uno nuevo en la página del cliente.",
    ),
    (
        errors.ApprovalOver(),
        "The time to choose a PIN is over. Ask a member of staff to approve it again.",
        "Se acabó el tiempo para elegir un PIN. Pida al personal que lo apruebe otra vez.",
    ),
    (
        errors.AskedEnough(most=3),
        "You asked for 3 prizes today. Take one back first.",
        "Hoy pidió 3 premios. Retire uno primero.",
    ),
    (
        errors.AskedEnough(most=1),
        "You asked for 1 prize today. Take it back first.",
        "Hoy pidió 1 premio. Retírelo primero.",
    ),
    (
        errors.RequestEnded(),
        "This request has ended: it was answered or taken back, or its day is over.",
        "Este pedido terminó: se respondió o se retiró, o ya pasó su día.",
    ),
    (
        errors.QuestionAnswered(),
        "This question was answered already.",
        "Esta pregunta ya se respondió.",
    ),
    (
        errors.TextNamesClient(),
        "Leave out the client's name and code: others may read this at the kiosk.",
        "No ponga el nombre ni el código del cliente: otras personas pueden leer esto en el quiosco.",
    ),
    (
        errors.TextNotForKiosk(words=("cocaine", "test")),
        "Leave out: cocaine, test. Others may read this at the kiosk.",
        "No ponga: cocaine, test. Otras personas pueden leer esto en el quiosco.",
    ),
    (
        errors.WrongPin(left=2),
        "The PIN is not right. Let the client type it again.",
        "El PIN no es correcto. Deje que el cliente lo escriba otra vez.",
    ),
    (
        errors.LedgerInDoubt(),
        "The ledger did not verify, so nothing is written until an admin has looked. Keep the record on paper and tell "
        "a lead now.",
        "El libro de cuentas no superó la verificación, así que no se escribe nada hasta que lo revise la "
        "administración. Anótelo en papel y avise ahora a un responsable.",
    ),
]
