# Mails about appointments. One message a line of a mail.
greeting-guest = Dear { $name },
greeting-host = Hello { $host },

confirmed-guest = Your appointment is confirmed.
confirmed-host = An appointment was booked on your booking page. It is in your Outlook calendar.
cancelled-guest = Your appointment is cancelled.
cancelled-host = An appointment was cancelled. It is no longer in your Outlook calendar.
cancelled-host-left = An appointment was cancelled. We could not remove it from your Outlook calendar ({ $reason }). Please delete it there.
failed-guest = We are sorry: your appointment could not be confirmed. Please choose another time on the booking page.
failed-host = A booking from your booking page could not be written into your Outlook calendar ({ $reason }). The guest has been told.
failed-host-left = A booking from your booking page could not be confirmed ({ $reason }). The guest has been told. If an event is left in your Outlook calendar, please delete it.

ended-by-guest = The guest cancelled it.
ended-by-organization = It was cancelled on your side.

title = Subject: { $title }
time = Time: { $time }
host = With: { $host }, { $organization }
guest = Guest: { $name }, { $company }
email = E-mail: { $email }
join = Web meeting: { $url }
place = Place: { $place }
answers = Answers
manage = View or cancel your appointment
again = Booking page
